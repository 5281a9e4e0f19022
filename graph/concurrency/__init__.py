"""How writers share a store: leases, checkpoints as fences, short transactions."""
