"""Lists of units from files: judged, compared with the register, taken over as a whole or in part, taken back."""
