"""Compiled loops that plan a rep's weeks: which stops a trip has, and in what order."""
