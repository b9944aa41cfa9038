"""Changes of many units at once: chosen, looked at beforehand, carried out together, taken back together."""
