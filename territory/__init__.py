"""Sales territory planner for healthcare field forces.

The door: `read_scenario` → `design` → a `Plan` with `scorecard()`, `map()` and `save(folder)`;
`read_plan` reads a saved one back. Everything behind it is loaded on first use, so that the
command line answers at once.

* `read_scenario`: a scenario of a file, or one of those that come with the package.
* `Scenario`: what is asked; `but` returns it with other keys or tables.
* `design`: the plan of a scenario.
* `today`: the alignment of today as a plan.
* `Plan`: who has what, with all figures; it draws, judges, compares and saves itself.
* `read_plan`: a saved plan.
* `read_tables`: the tables of a scenario with the audit of them, before anything is solved.
* `prepare`: everything up to the solver: tables, places, teams, audit.
* `TerritoryError`: the base of all errors that a user can mend.
* `InputError`: inputs that cannot be used, every problem named.
* `InfeasibleError`: proved that no plan keeps all rules, with those that conflict.

`territory.design` is the function. The module of the same name is light and loaded with the door,
because a submodule that is imported later would take the name over.
"""

import importlib
import sys
from typing import TYPE_CHECKING

from territory.cli.shadows import refuse_shadows
from territory.door import design

if TYPE_CHECKING:
    from territory.design import prepare as prepare
    from territory.door import Plan as Plan
    from territory.door import read_plan as read_plan
    from territory.door import today as today
    from territory.errors import InfeasibleError as InfeasibleError
    from territory.errors import InputError as InputError
    from territory.errors import TerritoryError as TerritoryError
    from territory.inputs.scenario.scenario import Scenario as Scenario
    from territory.inputs.scenario.scenario import read_scenario as read_scenario
    from territory.inputs.tables.tables import read_tables as read_tables

    __version__: str

__all__ = [
    "InfeasibleError",
    "InputError",
    "Plan",
    "Scenario",
    "TerritoryError",
    "design",
    "prepare",
    "read_plan",
    "read_scenario",
    "read_tables",
    "today",
]

if sys.argv[:1] != ["-m"]:  # the command line says it itself, without a traceback
    refuse_shadows()

_PLACES = {
    "InfeasibleError": "territory.errors",
    "InputError": "territory.errors",
    "Plan": "territory.door",
    "Scenario": "territory.inputs.scenario.scenario",
    "TerritoryError": "territory.errors",
    "prepare": "territory.design",
    "read_plan": "territory.door",
    "read_scenario": "territory.inputs.scenario.scenario",
    "read_tables": "territory.inputs.tables.tables",
    "today": "territory.door",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("territory-design")
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
