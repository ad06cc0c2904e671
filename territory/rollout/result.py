"""The rollout of a plan, as one value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from territory.rollout.change_set import ChangeSet
    from territory.rollout.crm.files import LoadFile
    from territory.rollout.findings import Flaw
    from territory.rollout.waves import Waves

__all__ = ["MARKER", "Crm", "Rollout"]

Crm = Literal["salesforce", "veeva", "csv"]
MARKER = "rollout.json"
"""The file by which a rollout folder is known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rollout:
    """What it takes to bring a plan live.

    Attributes
    ----------
    crm : {"salesforce", "veeva", "csv"}
    change : ChangeSet
    waves : Waves
    flaws : list of Flaw
        The pre-flight audit, all severities.
    blocked : list of Flaw
        Those that forbid to write load files; there are none then.
    first : list of LoadFile
        01 to 03, shared by all waves.
    by_wave, later : mapping of int to list of LoadFile
    metadata : mapping of str to str
        Salesforce metadata by path, where the org has no model.
    target : DataFrame
        Where each account is to be in the CRM: ``account_id, ObjectId, Territory2Id, OwnerId,
        territory_id, rep_id, team, wave``.
    tables : mapping of str to DataFrame
        Timeline, assignment history, opportunities, guarantee.
    waiting : tuple of str
        Territories that must be loaded (03) before the rest can be written.
    notes : tuple of str
    """

    crm: Crm
    change: ChangeSet
    waves: Waves
    flaws: list[Flaw]
    blocked: list[Flaw]
    first: list[LoadFile]
    by_wave: Mapping[int, list[LoadFile]]
    later: Mapping[int, list[LoadFile]]
    metadata: Mapping[str, str]
    target: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    waiting: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default_factory=tuple)
