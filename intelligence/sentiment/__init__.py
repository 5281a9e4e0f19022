"""Moods and reasons for not buying, read from words and from deeds."""
