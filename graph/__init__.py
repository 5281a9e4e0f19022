"""What exists and where it is kept: the model, the store and its engines."""
