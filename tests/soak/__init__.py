"""Long tests: load and faults, `./dev soak --minutes N`."""
