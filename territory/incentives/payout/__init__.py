"""Pay: plans by role, what they pay out, and hold-harmless."""
