"""The town's own list of addresses (house coordinates), and the look-up of an address, here or with a geocoder."""
