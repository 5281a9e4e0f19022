"""The edge: command line, HTTP service and web page, composed from the rooms."""
