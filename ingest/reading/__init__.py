"""Files as lines, rows and items with their places, in bounded memory; no facts yet."""
