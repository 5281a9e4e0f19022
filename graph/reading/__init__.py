"""What every engine does alike with a question before it reads."""
