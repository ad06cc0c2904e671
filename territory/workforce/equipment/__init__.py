"""What a team is equipped with: support, collateral, budget."""
