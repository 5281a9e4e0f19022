"""What is compared between two records, one small file each.

To add a comparison: a file with a ``Comparison``, and a line in ``registry.py``.
"""
