"""Quotas: what a territory is expected to sell, how the goal is spread by it, and who attains it."""
