"""After go-live: what the field's figures say, how surely, and what to do about it.

The door; everything behind it is loaded on first use:

* `monitor`: indicators, signals and drift since go-live.
* `demand_outlook`: where demand will be in the next quarters.
* `fans`: its lines and intervals, for a chart.
* `small_multiples`: each territory's share and its CUSUM, as charts.
* `accounts_now`: today's accounts against the plan's.
* `realigned`: the few moves that bring a plan back into its bands.
* `balanced_scorecard`: indicators by perspective.
* `agenda_of`: what a review has to decide.
* `EscalationKeys`: the keys of [monitor.escalation].
* `demo_year`: the demo's year after go-live, as files.
* `GO_LIVE`: its first day.
* `write_year_after`: its files.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "monitor": ".monitoring",
        "demand_outlook": ".outlook:outlook",
        "fans": ".pages.pictures",
        "small_multiples": ".pages.pictures",
        "accounts_now": ".realign.answer",
        "realigned": ".realign.answer:realign",
        "balanced_scorecard": ".reviews.balanced",
        "agenda_of": ".reviews.agenda",
        "EscalationKeys": "territory.inputs.scenario.monitor",
        "demo_year": ".demo",
        "GO_LIVE": "territory.inputs.demo.year_after",
        "write_year_after": "territory.inputs.demo.year_after",
    },
)
