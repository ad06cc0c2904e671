"""The columns that a table may have, what systems call them, and which a file's headers are."""
