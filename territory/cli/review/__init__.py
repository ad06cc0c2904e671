"""Commands that question a plan: why it is so, and what else it could be."""
