"""A first scenario from the files that people have."""
