"""From raw feeds to facts: parse, normalise, write. Never decides who is who."""
