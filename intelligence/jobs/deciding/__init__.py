"""People decide: what is asked of them, what is kept, and what follows at once."""
