"""A few neighbouring territories decide anew what is theirs, while all others stand still."""
