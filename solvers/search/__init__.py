"""Local search: simulated annealing in rounds, and large neighbourhoods cut anew."""
