"""The portfolio: what a town offers founders, how it is shown, and who looks for it."""
