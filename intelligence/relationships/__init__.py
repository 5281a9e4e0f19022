"""Who lives with whom, works for whom, and is tied to whom by what."""
