"""Judge a plan: scorecard, moves, and the words for what is proved about it."""
