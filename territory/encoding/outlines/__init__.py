"""The outlines of territories: how compact they are, and the rule that asks it."""
