"""Which keys somebody wrote, apart from those that have their defaults: some rules ask it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pydantic import BaseModel

__all__ = ["as_written", "kept_keys", "written_keys"]

Written = Mapping[str, object]
"""Names of the keys that are written, each with those of its own section."""


def kept_keys(scenario: BaseModel) -> dict[str, object]:
    """Return what a plan keeps of its scenario: all keys, and which of them are written."""
    keys = scenario.model_dump(mode="json", exclude={"extends"})
    # What it extends is no key of the plan's: opened again, it would be missing here.
    written = {name: each for name, each in written_keys(scenario).items() if name != "extends"}
    return {"keys": keys, "written": written}


def written_keys(section: BaseModel) -> Written:
    """Return the names of the keys that are written in a section and in those within it.

    Examples
    --------
    >>> from territory.inputs.scenario.incentives import QuotaPlan
    >>> written_keys(QuotaPlan(growth=0.08, blend={"run_rate": 1.0}))
    {'blend': {'run_rate': {}}, 'growth': {}}
    """
    return {name: _within(getattr(section, name)) for name in sorted(section.model_fields_set)}


def _within(value: object) -> Written:
    if isinstance(value, BaseModel):
        return written_keys(value)
    if isinstance(value, Mapping):
        return {str(key): _within(each) for key, each in value.items()}
    return {}


def as_written(section: BaseModel, written: Written) -> None:
    """Note in a section, and in those within it, that only some of its keys are written.

    The values stay: what was a default then may be another today.

    Examples
    --------
    >>> from territory.inputs.scenario.incentives import QuotaPlan
    >>> plan = QuotaPlan.model_validate(QuotaPlan(growth=0.08).model_dump())
    >>> as_written(plan, {"growth": {}})
    >>> plan.model_fields_set
    {'growth'}
    """
    section.model_fields_set.intersection_update(written)
    for name in type(section).model_fields:
        _note(getattr(section, name), cast("Written", written.get(name, {})))


def _note(value: object, written: Written) -> None:
    if isinstance(value, BaseModel):
        as_written(value, written)
    elif isinstance(value, Mapping):
        for key, each in cast("Mapping[object, object]", value).items():
            _note(each, cast("Written", written.get(str(key), {})))
