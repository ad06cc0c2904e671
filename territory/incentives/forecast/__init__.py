"""What an alignment is expected to sell next year, by account and territory, and how surely."""
