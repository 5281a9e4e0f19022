"""From a snapshot to conclusions: pure functions that know no database."""
