"""What neighbours say about a visit: a public form without account, moderated by the town."""
