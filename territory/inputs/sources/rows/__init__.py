"""Rows of a sheet before the table in it is known: totals, titles, footers."""
