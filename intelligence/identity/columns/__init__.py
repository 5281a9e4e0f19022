"""Records as columns: a table, what a snapshot says, what is derived of each value."""
