"""Which rows of a table are taken: left out by their ids or by a condition."""
