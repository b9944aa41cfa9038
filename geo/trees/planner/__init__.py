"""The planner of the mobile trees' rotation: pure functions from a problem to a plan with a proven gap.

Nothing here knows of the database or of the web. Time is counted in whole weeks from the problem's first Monday; the
planning unit is the visit: a stop, a start, a length, a number of modules by class.
"""
