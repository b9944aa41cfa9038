"""What hangs on a pilot site beside its phases: partners, funding, observations."""
