"""Survey rounds: the walk that keeps the stock true, what was seen on it, and the frozen result."""
