"""A fleet in detail: the sizes of its modules, the states of its trees in time, where one was planted for good."""
