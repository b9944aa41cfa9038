"""Calendars to subscribe to (iCalendar): by town, stop and fleet for everybody; for a town's staff and for crews."""
