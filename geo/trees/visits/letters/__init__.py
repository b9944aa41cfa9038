"""Letters about a visit: application, announcement of the parade, notices, thanks; as PDF from texts a town edits."""
