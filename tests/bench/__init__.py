"""Measurements: `./dev bench`, or `./dev bench -k NAME` for one. Ratios of one run, no times that a machine must reach."""
