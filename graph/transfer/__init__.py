"""Moving a whole store: export to Parquet files and import from them."""
