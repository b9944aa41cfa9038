"""Reads and writes in which one part of the register helps another: what is near, what changed, where next."""
