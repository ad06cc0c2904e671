"""The map of a plan and its pictures."""
