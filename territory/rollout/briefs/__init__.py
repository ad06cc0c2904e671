"""One page for each rep: what changes, why, and what it means for them."""
