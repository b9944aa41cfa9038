"""How long a confirmation of a unit's facts holds, by its state: a setting of each town."""
