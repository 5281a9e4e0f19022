"""Who is who: from records to parties."""
