"""Meetings of the alliance or of a working group: agenda, minutes, attendance, documents, calendars to subscribe to."""
