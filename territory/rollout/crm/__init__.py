"""CRM systems: what is read from their extracts, and the files that they load."""
