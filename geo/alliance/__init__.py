"""The alliance itself: its members with their contacts, its working groups, its meetings with their minutes."""
