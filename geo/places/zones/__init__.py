"""Zones: areas of a town that count for something, drawn or read from a file, each for as long as it holds."""
