"""Scenario files: keys, layers, values and messages."""
