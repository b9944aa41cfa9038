"""Places that a visitor needs near a spot: gastronomy, shops, toilets, stops, parking; replaced source by source."""
