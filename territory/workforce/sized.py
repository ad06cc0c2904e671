"""What sizing needs to know of a case: less than the engine does, and nothing of its encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from territory.inputs.scenario.scenario import Scenario

__all__ = ["SizedCase"]


class SizedCase(Protocol):
    """A scenario with its placed accounts and its team; `territory.encoding.case.Case` is one."""

    @property
    def scenario(self) -> Scenario:
        """Question and keys."""

    @property
    def accounts(self) -> pd.DataFrame:
        """Placed, with complete loads."""

    @property
    def team(self) -> pd.DataFrame:
        """One row a territory, with homes and capacities."""
