"""Quotas: what a territory is expected to sell, and how the goal is spread by it."""
