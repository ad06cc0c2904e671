"""Lower bounds of the objective: relaxations and Lagrangians."""
