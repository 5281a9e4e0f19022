"""Runs: read a store at a watermark, conclude, write back what has changed."""
