"""Pages of the alliance: members, working groups, meetings, calendars, yearly report; and what of it is public."""
