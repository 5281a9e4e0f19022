"""News brought into parties without a full run."""
