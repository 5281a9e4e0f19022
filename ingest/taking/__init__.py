"""One feed on its way into the store: from line to batch to checkpoint."""
