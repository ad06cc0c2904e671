"""Sales territory planner for healthcare field forces.

The door: `read_scenario` → `design` → a `Plan` with `scorecard()`, `map()` and `save(folder)`;
`read_plan` reads a saved one back. Everything behind it is loaded on first use, so that the
command line answers at once.

`territory.design` is the function; `territory.design.prepare` and the rest of that module are
reached through the same name, because importing a submodule always binds its name here.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from territory.design import design as design
    from territory.errors import InfeasibleError as InfeasibleError
    from territory.errors import InputError as InputError
    from territory.errors import TerritoryError as TerritoryError
    from territory.inputs.scenario import Scenario as Scenario
    from territory.inputs.scenario import read_scenario as read_scenario
    from territory.plan import Plan as Plan
    from territory.plan import read_plan as read_plan

    __version__: str

__all__ = [
    "InfeasibleError",
    "InputError",
    "Plan",
    "Scenario",
    "TerritoryError",
    "design",
    "read_plan",
    "read_scenario",
]

_PLACES = {
    "InfeasibleError": "territory.errors",
    "InputError": "territory.errors",
    "Plan": "territory.plan",
    "Scenario": "territory.inputs.scenario",
    "TerritoryError": "territory.errors",
    "read_plan": "territory.plan",
    "read_scenario": "territory.inputs.scenario",
}


class _CallableModule(ModuleType):
    """A module that can be called like the function of its own name."""

    def __call__(self, *args: Any, **options: Any) -> Any:
        return getattr(self, self.__name__.rpartition(".")[2])(*args, **options)


class _Door(ModuleType):
    """The package; a submodule that shares its name with a function stays callable."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "design" and isinstance(value, ModuleType):
            value.__class__ = _CallableModule
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door


def __getattr__(name: str) -> Any:
    if name == "design":
        return importlib.import_module("territory.design")
    if name == "__version__":
        from importlib.metadata import version

        return version("territory-design")
    if name in _PLACES:
        return getattr(importlib.import_module(_PLACES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__, "__version__"})
