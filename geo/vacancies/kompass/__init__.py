"""The Kompass at work: editions of the matrix, what a case was assessed with, its measures, a town's look at itself."""
