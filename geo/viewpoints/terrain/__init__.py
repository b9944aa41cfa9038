"""What can be seen from a point: elevation, horizon, visible area, landmarks, the sun. NumPy, without a database."""
