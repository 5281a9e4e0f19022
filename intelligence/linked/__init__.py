"""Parties that are secretly linked. For fraud teams only."""
