"""Findings about inputs: what was seen, where, and what was done about it."""
