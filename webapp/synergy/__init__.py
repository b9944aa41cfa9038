"""Pages on what the three projects do for each other: what changed around a place, and where next."""
