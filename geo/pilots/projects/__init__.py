"""What the office keeps of a pilot project: texts, statuses, ratings, milestones, documents."""
