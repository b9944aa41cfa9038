"""A stop on the ground: bays and the modules that fit into them, the rules of the place, heat, when it is open."""
