"""Pay: plans by role, what they paid out, what they will in drawn years, and hold-harmless."""
