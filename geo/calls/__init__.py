"""Calls and contests: towns apply for a pilot project, reviewers mark blind, the office decides."""
