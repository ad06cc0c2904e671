"""Changes that people ask for: challenges to a plan, and what was decided about them."""
