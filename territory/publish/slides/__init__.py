"""The deck, slide by slide."""
