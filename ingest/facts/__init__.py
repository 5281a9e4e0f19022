"""What lines mean, in the words of the domain: nouns and edges, ids, times, visits."""
