"""Health systems and purchasing groups: who belongs to whom, and what is odd about it."""
