"""The commands that bring a plan to the field, one file each."""
