"""First assignments, and the repair of broken ones."""
