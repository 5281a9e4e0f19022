"""Records that arrive one by one: who they are, answered and written at once."""
