"""Care of a store: erasure, backups and what must not come back, checks."""
