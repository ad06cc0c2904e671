"""Maps of territories: one self-contained page that a browser opens without a network."""
