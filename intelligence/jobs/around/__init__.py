"""What a store says of some records: identifiers, parties, and values as written."""
