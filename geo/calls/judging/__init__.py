"""Reviews that are blind until they are handed in, the ranking that they give, decisions and letters."""
