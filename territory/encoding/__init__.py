"""From tables to the solver's problem and back: ids become indices here, and only here.

The door; everything behind it is loaded on first use:

* `open_position`: a saved plan as the problem that it solves.
* `reasons`: why each account is where it is.
* `count_reasons`: how often each reason counts.
* `explain_item`: what each other territory would cost.
* `find_subject`: the account or unit that a text names.
* `relaxed`: the plan with a point more of a band.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "open_position": ".explain.position",
        "reasons": ".explain.reasons",
        "count_reasons": ".explain.reasons",
        "explain_item": ".explain.answer",
        "find_subject": ".explain.lookup",
        "relaxed": ".explain.relax",
    },
)
