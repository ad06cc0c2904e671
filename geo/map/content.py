"""What a territory map shows: the frames, the numbers to print, and the words around them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from geo.conversions import LIMIT

if TYPE_CHECKING:
    import pandas as pd
    from geopandas import GeoDataFrame

__all__ = [
    "Column",
    "Kind",
    "Layer",
    "Level",
    "MapContent",
    "Ramp",
    "Tone",
    "as_number",
    "deviation_text",
    "is_out",
    "plain_text",
    "value_text",
]

Kind = Literal["count", "hours", "usd", "number", "share", "text"]
Ramp = Literal["blue", "green", "orange", "purple", "flag"]
Level = Literal["districts", "regions"]
Tone = Literal["good", "plain", "bad"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column to print.

    Attributes
    ----------
    name : str
        Column of the frame.
    title : str
        What people read.
    kind : Kind
        How values are written: "hours" as 1,234 h, "usd" as $1.2M, "share" (a fraction) as 12.3 %.
    low, high : str
        Columns of the ends of the value's interval, written behind it; "" for none.
    deviation : str
        Column that holds the relative deviation from the goal; "" for none.
    tolerance : float
        Allowed relative deviation, a fraction; a deviation beyond it is marked. NaN for none.
    """

    name: str
    title: str
    kind: Kind = "number"
    low: str = ""
    high: str = ""
    deviation: str = ""
    tolerance: float = math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A number of the units that can colour the map.

    Attributes
    ----------
    key : str
        What the layer is called on the command line: letters, digits and hyphens.
    title : str
        What people read.
    group : str
        Heading under which it is offered.
    column : str
        Column of the units. A unit without accounts (`n_accounts` 0) has nothing to show; where a
        unit with accounts has NaN, the value is not known and is drawn as not known.
    kind : Kind
        How values are written.
    ramp : Ramp
        Colours, light to dark; "flag" for a column of 0 and 1.
    note : str
        One sentence on what is shown.
    words : (str, str)
        For a flag: what 1 and 0 mean.
    """

    key: str
    title: str
    group: str
    column: str
    kind: Kind = "number"
    ramp: Ramp = "blue"
    note: str = ""
    words: tuple[str, str] = ("yes", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapContent:
    """Everything a map shows. All texts may be hostile; they are escaped where they are written.

    Attributes
    ----------
    title : str
        Headline.
    territories : DataFrame or GeoDataFrame, k rows
        Index territory_id; columns `label` and `rep` (each optional), those of `columns`. Geometry,
        in any CRS, is needed only where there are no units: outlines are drawn from the units.
    units : GeoDataFrame, n rows
        Index unit_id; columns `name` (optional), `territory_id`, those of `unit_columns`, geometry
        in any CRS; where there is a plan of today `today_id` (its territory there, "" for none) and
        `today_known` (false: it has no accounts, so its surroundings speak for it). May be empty.
    matched : bool
        Whether the units are known to have the same points along shared borders.
    accounts : DataFrame
        Columns account_id, lon, lat in degrees, territory_id; optional name, tier, exception
        (served by another territory than its unit), today_id (its territory today), idn, gpo, why
        (it moves); those of `account_columns`.
    homes : DataFrame
        Columns rep_id, lon, lat in degrees; optional name, territory_id, and kind, where "center"
        is a place that the plan located, no rep's home.
    columns, account_columns, unit_columns : sequence of Column
        The numbers of territories (table and tooltips), accounts and units (tooltips).
    subtitle : str
        One line below the headline.
    status : str
        What is proven about the plan, in words.
    tone : Tone
        Colour of the status.
    badge : str
        Short remark in the head, such as "synthetic demo data".
    facts : mapping of str to str
        Plan-level lines above the table.
    notes : sequence of str
        Remarks below the table.
    neighbours : sequence of (str, str) or None
        Pairs of territory ids that must not share a colour, besides those that share a border.
    levels : mapping of Level to str
        Layers that join territories: the column of `territories` with each one's group.
    layers : sequence of Layer
        What can colour the units besides their territory.
    absent : mapping of str to str
        Title of a layer that cannot be shown → why.
    today_reps : mapping of str to str
        Who serves each of today's territories, where known.
    today_neighbours : sequence of (str, str)
        Pairs of territory ids that meet today. Colours follow them and the ids, never the plan,
        so that a territory keeps its colour from plan to plan.
    places : DataFrame
        Names to put on the map: name, kind ("city", "county", "state"), lon, lat in degrees, rank
        (the larger, the sooner it is named).
    zips : DataFrame
        ZIP codes that can be searched: zip, city, lon, lat in degrees, unit (row number of the
        units, −1 for none).
    top_tier : str
        The tier that the layer of the most important accounts shows; "" for none.
    unit_limit : int
        Units beyond this number are drawn as their territories' outlines only.
    money, currency : str
        What stands before an amount of kind "usd", and what its column says.
    tiles : bool
        Put OpenStreetMap tiles below the map: then, and only then, the file needs the network.
    """

    title: str
    territories: "pd.DataFrame"
    units: "GeoDataFrame"
    accounts: "pd.DataFrame"
    homes: "pd.DataFrame"
    columns: Sequence[Column] = ()
    account_columns: Sequence[Column] = ()
    unit_columns: Sequence[Column] = ()
    matched: bool = False
    subtitle: str = ""
    status: str = ""
    tone: Tone = "plain"
    badge: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    neighbours: Sequence[tuple[str, str]] = ()
    levels: Mapping[Level, str] = field(default_factory=dict)
    layers: Sequence[Layer] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    today_reps: Mapping[str, str] = field(default_factory=dict)
    today_neighbours: Sequence[tuple[str, str]] = ()
    places: "pd.DataFrame | None" = None
    zips: "pd.DataFrame | None" = None
    top_tier: str = ""
    unit_limit: int = 60_000
    money: str = "$"
    currency: str = "USD"
    tiles: bool = False


def value_text(value: object, kind: Kind, money: str = "$") -> str:
    """Return a value as people read it; "–" when it is missing.

    Parameters
    ----------
    value : object
        A number, or anything for kind "text".
    kind : Kind
    money : str
        What stands before an amount of kind "usd", as `MapContent.money`.

    Returns
    -------
    str

    Examples
    --------
    >>> value_text(1234.4, "hours"), value_text(4_210_000, "usd"), value_text(None, "count")
    ('1,234 h', '$4.21M', '–')
    """
    if kind == "text":
        return plain_text(value) or "–"
    number = as_number(value)
    if math.isnan(number):
        return "–"
    if kind == "usd":
        return _amount(number, money)
    if kind == "share":
        return f"{number * 100:,.{1 if abs(number) < 0.0995 else 0}f} %"
    if kind == "count":
        return f"{number:,.0f}"
    digits = 0 if abs(number) >= 10 else 1
    text = f"{number:,.{digits}f}"
    return f"{text} h" if kind == "hours" else text


def deviation_text(value: object, *, tolerance: float = math.nan) -> str:
    """Return a relative deviation as signed percent with one decimal; "" when it is missing.

    Parameters
    ----------
    value : object
        Fraction.
    tolerance : float
        Allowed deviation, a fraction. A deviation beyond it that would be rounded back to it gets
        the decimals that show the difference, four at most.

    Returns
    -------
    str

    Examples
    --------
    >>> deviation_text(0.0321), deviation_text(-0.1), deviation_text(0.0)
    ('+3.2 %', '−10.0 %', '0.0 %')

    What is just beyond a tolerance of ten percent is not written as ten percent:

    >>> deviation_text(-0.10006, tolerance=0.1)
    '−10.01 %'
    """
    number = as_number(value)
    if math.isnan(number):
        return ""
    decimals = 1
    while (
        is_out(number, tolerance)
        and decimals < 4
        and round(abs(number) * 100, decimals) <= tolerance * 100
    ):
        decimals += 1
    size = f"{abs(number) * 100:.{decimals}f}"
    sign = "" if float(size) == 0 else "+" if number > 0 else "\N{MINUS SIGN}"
    return f"{sign}{size} %"


def as_number(value: object) -> float:
    """Return a value as float, NaN when it is missing or no number.

    Parameters
    ----------
    value : object

    Returns
    -------
    float
    """
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def plain_text(value: object) -> str:
    """Return a value as text, "" when it is missing.

    Parameters
    ----------
    value : object
        Text, or what pandas puts in place of a missing one.

    Returns
    -------
    str
    """
    import pandas as pd

    return (
        "" if value is None or value is pd.NA or value is pd.NaT or _is_nan(value) else str(value)
    )


def is_out(deviation: float, tolerance: float) -> bool:
    """Tell whether a deviation is beyond the tolerance, by more than rounding of the inputs.

    Parameters
    ----------
    deviation, tolerance : float
        Fractions; NaN is never out.

    Returns
    -------
    bool
    """
    return abs(deviation) > tolerance + LIMIT


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _amount(number: float, money: str) -> str:
    sign = "\N{MINUS SIGN}" if number < 0 else ""
    size = abs(number)
    for limit, unit in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        # 999,950 would be written as 1000k
        if size >= limit * 0.9995:
            scaled = size / limit
            digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
            return f"{sign}{money}{scaled:.{digits}f}{unit}"
    return f"{sign}{money}{size:.0f}"
