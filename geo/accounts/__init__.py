"""People: accounts, what they may do where, how they sign in, and the sessions they have open."""
