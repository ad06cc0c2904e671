"""Where accounts lie: units, split units, and today's alignment."""
