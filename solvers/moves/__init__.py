"""What single moves would change, and a search that goes by them."""
