"""Seekers: who looks for premises in a town, which units fit, and how far that has come."""
