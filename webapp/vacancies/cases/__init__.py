"""The internal pages of cases."""
