"""Sales of every size of the force, held to today's, and what the next rep brings."""
