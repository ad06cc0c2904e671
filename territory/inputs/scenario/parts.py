"""What all parts of a scenario file are made of: strict scalars, the base of sections, errors."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from territory.inputs.type_names import type_name

__all__ = [
    "Amount",
    "Count",
    "Day",
    "DayText",
    "Flag",
    "Fraction",
    "Keys",
    "Name",
    "Positive",
    "Text",
    "Texts",
    "TypeName",
    "once_a_type",
    "problem",
]

# Strict scalars: TOML has types, so "20" is no number and 2138 is no ZIP code.
Text = Annotated[str, Field(strict=True, min_length=1)]
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0)]
Positive = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Fraction = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Texts = tuple[Text, ...]
Name = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*$")]
TypeName = Annotated[str, Field(strict=True, min_length=1), AfterValidator(type_name)]
"""An account type as its table writes it, in any script; read as the tables' types are."""


def _day(value: object) -> object:
    """Read "2027-01-04" as the day that TOML writes without quotes: plan.json can only quote it."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else value
    except ValueError:
        return value


def _day_text(value: object) -> object:
    """Read a day that TOML writes without quotes as its text."""
    return value.isoformat() if type(value) is date else value


Day = Annotated[date, Field(strict=True), BeforeValidator(_day)]
DayText = Annotated[str, Field(strict=True, min_length=1), BeforeValidator(_day_text)]


def problem(key: str, what: str, *, hint: str = "") -> PydanticCustomError:
    """Return the error of one key: ``what`` continues the sentence that starts with its path."""
    return PydanticCustomError("scenario", "{what}", {"what": what, "key": key, "hint": hint})


def once_a_type(given: object) -> object:
    """Refuse keys that are the same account type: one of them would count, silently."""
    if isinstance(given, Mapping):
        first: dict[str, str] = {}
        for key in (key for key in given if isinstance(key, str)):
            other = first.setdefault(type_name(key), key)
            if other != key:
                raise problem(
                    key,
                    f'is the same account type as "{other}": both are read as {type_name(key)}',
                    hint="keep one of them",
                )
    return given


class Keys(BaseModel):
    """A section: frozen, and every key it does not know is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
