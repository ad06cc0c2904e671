"""Balanced territory design on index sets and arrays, solved with OR-Tools."""
