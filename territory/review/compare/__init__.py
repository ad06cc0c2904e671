"""Plans beside each other: figures, what moved, and what else differs."""
