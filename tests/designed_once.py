"""A design that is asked for again in one process is the plan that was made: one for notebooks."""

from functools import wraps

import territory

__all__ = ["design_once"]


def design_once():
    """Let `territory.design` remember its plans by what it was given, keys and bytes of files."""
    found = territory.design
    if hasattr(found, "__wrapped__"):
        return
    made = {}

    @wraps(found)
    def design(scenario, **given):
        if given:
            return found(scenario, **given)
        if scenario.hash not in made:
            made[scenario.hash] = found(scenario)
        return made[scenario.hash]

    territory.design = design
