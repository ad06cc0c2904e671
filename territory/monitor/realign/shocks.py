"""Shocks as data: a contract lost, a competitor's launch, a price cut, a closed site, a rep gone.

Each changes accounts by a stated rule; what it does is told by territory, and answers are priced.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

import numpy as np
import pandas as pd
from pydantic import Field as Key
from pydantic import ValidationError, model_validator

from territory.errors import InputError
from territory.inputs.scenario.files.messages import Node, messages_of
from territory.inputs.scenario.parts import Fraction, Keys, Positive, Text, problem
from territory.messages import Message, closest, counted, quoted

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["Hit", "Shock", "hit_by", "read_shocks"]

_IDLE: Mapping[str, tuple[str, ...]] = {
    "closed": ("share", "months"),
    "rep_exit": ("share", "accounts", "gpo", "idn", "types"),
}
"""Keys that say nothing, by kind; of all others only a rep who left is replaced in months."""

Kind = Literal["gpo_lost", "competitor", "price_cut", "closed", "rep_exit"]


class Shock(Keys):
    """One shock: whom it hits and how hard."""

    kind: Kind = Key(description="gpo_lost, competitor, price_cut, closed or rep_exit.")
    name: Text | None = Key(None, description="How messages call it.")
    gpo: Text | None = Key(None, description="Purchasing group whose contract is lost.")
    idn: Text | None = Key(None, description="Health system that is hit.")
    types: tuple[Text, ...] = Key((), description="Account types that are hit; none: all.")
    accounts: tuple[Text, ...] = Key((), description="Accounts that are hit or close.")
    territory: Text | None = Key(None, description="Territory whose rep leaves, or that is hit.")
    share: Fraction = Key(
        0.5, description="Share of sales and potential lost, above 0; of the price for price_cut."
    )
    months: Positive = Key(6.0, description="Months until a rep who left is replaced.")

    @model_validator(mode="after")
    def _every_key_counts(self) -> Shock:
        """Refuse keys that this kind of shock would pass over, and one that takes nothing."""
        for key in sorted(self.model_fields_set & set(_IDLE.get(self.kind, ("months",)))):
            raise problem(key, f"says nothing of a shock of kind {self.kind}; leave it out")
        if self.share <= 0:
            raise problem("share", "is 0, which takes nothing; expected a fraction above 0")
        return self


_HINT = 'write [[shock]] with kind = "gpo_lost" and gpo = "NAME", for instance'


class _File(Keys):
    shock: tuple[Shock, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hit:
    """Accounts after shocks, and what they do by territory.

    Attributes
    ----------
    accounts : DataFrame
        As the plan's, with less potential, revenue or work.
    vacant : dict of str to float
        Territories without a rep → months.
    effect : DataFrame
        ``territory_id, n_accounts`` (hit), ``potential_usd, revenue_usd, service_h`` (changes).
    words : list of str
    """

    accounts: pd.DataFrame
    vacant: dict[str, float]
    effect: pd.DataFrame
    words: list[str]


def read_shocks(path: Path) -> tuple[Shock, ...]:
    """Read ``[[shock]]`` tables from a TOML file.

    Raises
    ------
    InputError
        The file cannot be read, or a key makes no sense; all are named.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(Message(f"{path} cannot be read: {error.strerror}")) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Message(f"{path}: {error}")) from error
    if not data.get("shock"):
        raise InputError(Message(f"{path}: has no [[shock]]", hint=_HINT))
    try:
        return _File.model_validate(data).shock
    except ValidationError as error:
        layers = ((str(path), data),)
        schema = cast("Node", _File.model_json_schema())
        raise InputError(*messages_of(error, data, layers, schema)) from None


def hit_by(plan: Plan, shocks: tuple[Shock, ...], more: Mapping[str, pd.Series]) -> Hit:
    """Apply shocks to a plan's accounts.

    Parameters
    ----------
    plan : Plan
    shocks : tuple of Shock
    more : mapping of str to Series
        Further columns by account id: gpo, where the plan does not carry it.

    Raises
    ------
    InputError
        A shock hits nobody: names are listed.
    """
    accounts = plan.accounts.copy()
    for name, values in more.items():
        accounts[name] = accounts["account_id"].map(values).fillna("").astype("str")
    accounts["here"] = True
    for column in ("potential_usd", "revenue_usd", "service_h", "n_calls"):
        if column in accounts:
            accounts[column] = accounts[column].astype(float)
    vacant: dict[str, float] = {}
    words: list[str] = []
    touched = np.zeros(len(accounts), dtype=bool)
    for shock in shocks:
        label = shock.name or shock.kind.replace("_", " ")
        mask = _whom(accounts, shock, label, plan.territories["territory_id"].astype("str"))
        again = int((touched & mask).sum())
        twice = (
            f"; {counted(again, 'account')} of them {'is' if again == 1 else 'are'} hit by a shock "
            "above too: this one takes from what that one left"
            if again
            else ""
        )
        if shock.kind == "rep_exit":
            territory = str(shock.territory)
            vacant[territory] = max(vacant.get(territory, 0.0), shock.months)
            touched |= mask
            words.append(
                f"{label}: {territory} has no rep for {shock.months:g} months: "
                f"{counted(int(mask.sum()), 'account')} without one"
            )
            continue
        touched |= mask
        if shock.kind == "closed":
            accounts.loc[mask, "here"] = False
            words.append(f"{label}: {counted(int(mask.sum()), 'account')} closed{twice}")
            continue
        keep = 1.0 - shock.share
        for column in ("potential_usd", "revenue_usd"):
            if column in accounts:
                accounts.loc[mask, column] *= keep
        words.append(
            f"{label}: {counted(int(mask.sum()), 'account')} lose {100 * shock.share:.0f} % of "
            f"sales and of the potential within reach{twice}"
        )
    return Hit(
        accounts=accounts,
        vacant=vacant,
        effect=_effect(plan, accounts, touched),
        words=words,
    )


def _whom(accounts: pd.DataFrame, shock: Shock, label: str, territories: pd.Series) -> np.ndarray:
    """Return which accounts a shock hits; refuse names that nobody has, and a shock without any."""
    asked = {
        "gpo": (shock.gpo,),
        "idn": (shock.idn,),
        "territory_id": (shock.territory,),
        "type": shock.types,
        "account_id": shock.accounts,
    }
    given = {
        column: tuple(each for each in wanted if each is not None)
        for column, wanted in asked.items()
    }
    if shock.kind == "rep_exit" and shock.territory is None:
        raise InputError(
            Message(f"{label} names no territory", hint='write territory = "T01", whose rep leaves')
        )
    if shock.kind in {"gpo_lost", "closed"} and not any(given.values()):
        raise InputError(
            Message(
                f"a shock of kind {shock.kind} names nobody",
                hint="write gpo, idn, accounts, types or territory",
            )
        )
    if shock.kind == "rep_exit":
        given = {"territory_id": given["territory_id"]}
    mask = np.ones(len(accounts), dtype=bool)
    for column, wanted in given.items():
        if not wanted:
            continue
        have = accounts[column] if column in accounts else pd.Series("", accounts.index)
        have = have.astype("str")
        known = territories if column == "territory_id" else have
        unknown = [each for each in wanted if each not in set(known)]
        if unknown:
            raise _unknown(label, column, unknown, known)
        mask &= have.isin(wanted).to_numpy()
    if not mask.any() and shock.kind != "rep_exit":
        every = " and ".join(
            f"{column} {', '.join(quoted(each) for each in wanted[:3])}"
            for column, wanted in given.items()
            if wanted
        )
        raise InputError(
            Message(
                f"{label} hits nobody: no account has {every}",
                hint="an account must meet all that a shock names; write a [[shock]] for each",
            )
        )
    return mask


def _unknown(label: str, column: str, wanted: list[str], known: pd.Series) -> InputError:
    """Return the error for names that nobody has."""
    names = sorted({str(each) for each in known if str(each)})
    close = closest(wanted[0], names)
    said = ", ".join(quoted(each) for each in wanted[:5])
    more = f" and {len(wanted) - 5} more" if len(wanted) > 5 else ""
    if close:
        hint = f"did you mean {quoted(close[0])}?"
    elif names:
        hint = f"there are {', '.join(names[:5])}"
    else:
        hint = f"the accounts have no column {column}"
    what = "the plan has no territory" if column == "territory_id" else f"no account has {column}"
    return InputError(Message(f"{label}: {what} {said}{more}", hint=hint))


def _effect(plan: Plan, accounts: pd.DataFrame, touched: np.ndarray) -> pd.DataFrame:
    """Return what changes by territory."""
    here = accounts["here"].to_numpy()
    rows = {"territory_id": plan.territories["territory_id"].astype("str").tolist()}
    key = accounts["territory_id"].astype("str")
    out = pd.DataFrame(rows).set_index("territory_id")
    out["n_accounts"] = (
        pd.Series(touched).groupby(key).sum().reindex(out.index).fillna(0).astype(int)
    )
    for column in ("potential_usd", "revenue_usd", "service_h"):
        if column not in accounts:
            continue
        before = plan.accounts[column].fillna(0.0).astype(float).to_numpy()
        after = np.where(here, accounts[column].fillna(0.0).to_numpy(), 0.0)
        out[column] = pd.Series(after - before).groupby(key).sum().reindex(out.index).fillna(0.0)
        out[f"{column}_share"] = out[column] / pd.Series(before).groupby(key).sum().reindex(
            out.index
        )
    return out.reset_index()
