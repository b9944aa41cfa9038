"""Saved searches: what somebody looks for, and the mails that tell them of new offers."""
