"""Ids become indices and come back: from a case to a Problem, from a Result to a Plan."""
