"""Files that a town hall hands in: read in the sandbox, their columns and values understood."""
