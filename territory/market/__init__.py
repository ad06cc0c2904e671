"""Market: what accounts are worth, how they are ranked, and who owns them.

The door; everything behind it is loaded on first use:

* `market_overview`: accounts valued, scored and tiered, and summed up by segment.
* `explain_score`: one account's score, taken apart.
* `with_tiers`: accounts with score and tier.
* `with_potential`: accounts with potential and its interval.
* `idn_split`: health systems that several reps serve.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "market_overview": ".overview",
        "explain_score": ".tiers",
        "with_tiers": ".tiers",
        "with_potential": ".value.potential",
        "idn_split": ".idn.affiliations",
    },
)
