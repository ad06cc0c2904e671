"""Market: what accounts are worth, how they are ranked, and who owns them."""
