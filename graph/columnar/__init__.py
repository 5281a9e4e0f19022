"""The graph as columns: arrays of ids and handles, files that can be told whole."""
