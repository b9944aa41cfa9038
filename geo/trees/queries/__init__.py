"""Reads of the trees: `public` for everybody, `internal` for staff, `occupation` for the writes."""
