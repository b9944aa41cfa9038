"""Open data: which public collections and aggregates there are, as which files, and the catalogue that portals read."""
