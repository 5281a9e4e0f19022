"""Keys and likeness of names and of lines of addresses: texts in, texts out."""
