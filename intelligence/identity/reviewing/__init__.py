"""What people decided, what they should be asked, and why records are one or not."""
