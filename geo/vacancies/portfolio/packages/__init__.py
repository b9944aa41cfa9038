"""Site packages: several offers of a town that are shown and marketed together."""
