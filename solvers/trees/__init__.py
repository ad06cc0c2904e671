"""Plans by recombination along random trees, where no other search keeps the bands."""
