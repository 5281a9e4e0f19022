"""Who moves other people."""
