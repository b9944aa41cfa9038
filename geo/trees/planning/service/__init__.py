"""Writes of the planning: steps that can be taken back, drafts, runs."""
