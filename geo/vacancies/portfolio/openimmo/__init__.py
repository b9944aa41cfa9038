"""Published offers as OpenImmo 1.2.7, the format that real-estate portals read."""
