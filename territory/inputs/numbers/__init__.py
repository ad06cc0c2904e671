"""Numbers as people and programs write them, read where they can mean one thing."""
