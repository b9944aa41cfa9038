"""Open data: the page that lists it, the aggregates as files, the catalogue for portals."""
