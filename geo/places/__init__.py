"""Where things are: districts, municipalities and their outlines, zones, places, photos of places."""
