"""What jobs share: lease, noun, batches, models, turns; what is new since a run."""
