"""Where centers are located that nobody gave, and all pairs are too many to price."""
