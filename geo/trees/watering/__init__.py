"""Watering and care: how much water when, who takes which day, what was done, and who is called when nobody does it."""
