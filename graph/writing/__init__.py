"""What every engine does alike with a batch before it writes."""
