"""What the work takes: calls, hours, capacity.

The door; everything behind it is loaded on first use:

* `CallPlan`: the keys of [callplan].
* `PARTS`: names of the parts of the hours.
* `with_call_plan`: accounts with calls and hours a year.
* `reach_and_frequency`: how many accounts are reached, how often.
* `device_table`: the shipped call plan of a device company.
* `size_force`: what each size of the force means.
* `check_travel`: estimated travel against routed tours.
* `tour_table`: the tours of one territory.
"""

from territory.lazy import door

__getattr__, __dir__, __all__ = door(
    __name__,
    {
        "CallPlan": "territory.inputs.scenario.workforce",
        "PARTS": ".callplan",
        "with_call_plan": ".callplan",
        "reach_and_frequency": ".calls.reach",
        "device_table": ".callplan_table",
        "size_force": ".sizing",
        "check_travel": ".travel_check",
        "tour_table": ".travel_check",
    },
)
