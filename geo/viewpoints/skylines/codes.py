"""The kind of job that computes terrain."""

KIND = "viewpoints.terrain"
