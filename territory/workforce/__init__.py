"""What the work takes: calls, hours, capacity."""
