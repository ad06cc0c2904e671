"""How little to change: the frontier of moves, the cost of waiting, the answer to a shock."""
