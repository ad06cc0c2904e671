"""What a move of units or accounts changes, before it is made."""
