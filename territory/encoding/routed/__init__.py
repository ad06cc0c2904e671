"""The loop that holds a plan on the road."""
