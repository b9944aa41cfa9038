"""The stock of usable units of a town and what each was used for, when."""
