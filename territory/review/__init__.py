"""Judge a plan: scorecard, checklist, moves, and the words for what is proved about it.

The door; everything behind it is loaded on first use:

* `plan_numbers`: a plan's figures as one mapping.
* `territory_figures`: every figure of the scorecard by territory.
* `plan_figures`: how each figure spreads over the territories.
* `flows`: what goes from which territory to which.
* `today_imbalance`: how far today's territories are from their goals.
* `compare_plans`: plans beside the first of them, figure by figure and account by account.
* `from_to`: a plan with another one as its today.
* `today_of`: today's alignment out of a plan.
* `ledger_of`: what moves change, without making them.
* `Move`: units and accounts, and where they go.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "plan_numbers": ".scorecard:figures",
        "territory_figures": ".figures",
        "plan_figures": ".figures",
        "flows": ".moves",
        "today_imbalance": ".moves",
        "compare_plans": ".compare.compare:compare",
        "from_to": ".compare.compare",
        "today_of": ".compare.today",
        "ledger_of": ".ledger.ledger",
        "Move": ".ledger.ledger",
    },
)
