"""The command line. Data goes to stdout, progress and errors to stderr."""

from api.cli.app import main

__all__ = ["main"]
