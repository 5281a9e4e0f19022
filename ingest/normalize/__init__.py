"""Canonical forms."""
