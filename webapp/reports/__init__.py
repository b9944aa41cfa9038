"""Stand-alone reports as files: what the pages show, to be taken away."""
