"""What the alliance's office reads over all towns: what each town shares, and what all parts have published beside it."""
