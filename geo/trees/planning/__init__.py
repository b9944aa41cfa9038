"""Planning on the screen: a plan as rows of weeks, what keeps a visit from a week, drafts beside each other, runs."""
