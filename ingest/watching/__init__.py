"""Folders whose files grow: looked at again and again until told to stop."""
