"""What would be written, and nothing is: previews and dry runs."""
