"""Which pairs of records are compared: keys, and the blocks that they make."""
