"""What every part stands on: errors, database sessions, geometry, access, history, features, paging."""
