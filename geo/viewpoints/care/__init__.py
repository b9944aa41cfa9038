"""What a town does to keep a viewpoint true: furniture, checks, defects, notices, documents, the yard's calendar."""
