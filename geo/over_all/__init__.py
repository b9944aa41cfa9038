"""What the alliance's office reads over all towns: what each town shares, and what is published beside it."""
