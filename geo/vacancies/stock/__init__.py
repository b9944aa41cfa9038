"""What stands around a unit: its building, its parcels, and what it came from or became."""
