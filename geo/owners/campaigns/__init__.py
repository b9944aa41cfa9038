"""Letters to the owners of vacant units, and what they answer by the link in them."""
