"""A saved plan on the desk: what it would be after moves."""
