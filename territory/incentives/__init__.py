"""What a plan means for the people in it: quotas, whether they are fair, and what they pay.

The door; everything behind it is loaded on first use:

* `incentive_case`: a plan with its scenario's sales, ready for all below.
* `quotas_of`: the goal, spread over the territories.
* `explain_quota`: one territory's quota in sentences.
* `backtest_of`: last year's quotas by the same method, and what was sold.
* `pay_of`: what reps earn today and in the plan.
* `ahead_of`: potential of the years ahead.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "incentive_case": ".facts",
        "quotas_of": ".quota.quotas",
        "explain_quota": ".quota.explain",
        "backtest_of": ".fairness.backtest",
        "pay_of": ".payout.pay",
        "ahead_of": ".forecast.potential_ahead",
    },
)
