"""How a scenario is read and changed: layers of files, changes in code, messages about both."""
