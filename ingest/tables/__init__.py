"""Any table by a mapping file: as a connector of ingest, and as columns."""
