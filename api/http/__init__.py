"""The HTTP service: routes, problem details, and where it may listen."""
