"""Visits: trees come to a stop for a period. A visit is what is planned, announced, permitted and watered."""
