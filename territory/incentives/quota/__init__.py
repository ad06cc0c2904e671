"""Quotas: what a territory is expected to sell, how the goal is spread, and who attains it."""
