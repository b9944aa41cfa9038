"""Residents apply for a visit of the trees: the form, the confirmation by mail, moderation, the waiting list.

Personal data stand in `tree_applicants` alone, which has no history: to erase them is to delete that row.
"""
