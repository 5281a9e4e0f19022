"""Feeds from a message bus (Kafka): each partition of a topic is a feed.

A message's value is a line of a connector. The store's checkpoint says how far a
partition was taken, in one transaction with the facts; the bus's own group offsets are
not used.
"""
