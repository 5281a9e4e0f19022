"""Canonical values of a store made anew by the normalizer of today."""
