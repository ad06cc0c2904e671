"""Territories grouped into districts, and districts into regions, by the same engine."""
