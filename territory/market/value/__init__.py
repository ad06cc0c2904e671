"""What an account is worth a year: volumes, prices, peers, and checks on them."""
