"""Best-practice cards: what came out of a project somewhere, what it was, and who says so."""
