"""Who shares a key with a record that comes in, and what the pairs weigh, at once.

What the batch engine derives of all records is kept as arrays in files that every
process maps into memory (``generation``), at a watermark; what was written since is a
small delta in each process (``delta``), fed by ``changes(since)``.
"""
