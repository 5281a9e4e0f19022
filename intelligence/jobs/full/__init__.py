"""Full runs over a snapshot: who is who, and what follows from it."""
