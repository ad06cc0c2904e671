"""After go-live: what the field's figures say, how surely, and what to do about it."""
