"""From pairs to parties: average linkage, pooled evidence, and stragglers."""
