"""What differs from the field by more than the field scatters, since when, and why."""
