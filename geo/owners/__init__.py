"""Owners of units, strictly internal to their town: who they are, what they agreed to, letters, their rights."""
