"""Points among points."""
