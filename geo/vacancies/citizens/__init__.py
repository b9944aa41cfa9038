"""What citizens tell the town: reports of vacancies, and what they miss; nothing of it is public before moderation."""
