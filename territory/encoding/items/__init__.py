"""What the solver assigns: units, then accounts on their own; whose they are today."""
