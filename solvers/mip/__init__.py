"""Integer models and the cuts that keep territories connected."""
