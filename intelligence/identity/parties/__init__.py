"""What a cluster of records becomes: a stable id, and the values that are shown."""
