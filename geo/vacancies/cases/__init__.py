"""The work on a vacancy, apart from the fact: cases with their states, who does what next, and what happened."""
