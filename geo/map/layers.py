"""Layers of numbers: the classes that units fall into, their colours, and what a legend says."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.conversions import LIMIT
from geo.map.content import Kind, Layer, MapContent, Ramp, as_number, value_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NONE", "UNKNOWN", "Classes", "classified", "deviation_classes", "tier_classes"]

NONE, UNKNOWN = ".", "?"
"""Codes of a unit without accounts, and of one whose value is not known."""

_N_CLASSES = 5
_NOTHING = "#FFF3B8"
"""Of a value of zero: looked, and none there; neither white (no accounts) nor a step of a ramp."""
# Light to dark with even steps of lightness (ColorBrewer 2: Blues, Greens, Oranges, Purples), so
# that the order is read without the hue.
_RAMPS: dict[Ramp, tuple[str, ...]] = {
    "blue": ("#DEEBF7", "#ABCFE6", "#6BAED6", "#3182BD", "#08519C"),
    "green": ("#E5F5E0", "#B5E0AC", "#74C476", "#31A354", "#006D2C"),
    "orange": ("#FEEDDE", "#FDC692", "#FD9A53", "#E6620A", "#A63603"),
    "purple": ("#EFEDF5", "#CBC9E2", "#9E9AC8", "#756BB1", "#54278F"),
    "flag": ("#E9EDF1", "#2E8B57"),
}
# ColorBrewer 2, BrBG: below the goal brown, above it blue-green.
_DIVERGING = ("#A6611A", "#DFC27D", "#F2F2F2", "#80CDC1", "#018571")


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """A layer as it is drawn.

    Attributes
    ----------
    key, title, group, note : str
        As in `Layer`.
    of : str
        "units" or "territories": whose numbers these are.
    kind : Kind
        How values are written.
    colours, labels : tuple of str
        Of each class, from low to high.
    counts : tuple of int
        Units (or territories) in each class.
    codes : str
        For each unit (or territory) the digit of its class, `NONE` or `UNKNOWN`.
    values : (n,) float64
        NaN where there is none.
    n_none, n_unknown : int
    """

    key: str
    title: str
    group: str
    kind: Kind
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    codes: str
    values: NDArray[np.float64]
    of: str = "units"
    note: str = ""

    @property
    def n_none(self) -> int:
        """Units without accounts."""
        return self.codes.count(NONE)

    @property
    def n_unknown(self) -> int:
        """Units whose value is not known."""
        return self.codes.count(UNKNOWN)


def classified(layer: Layer, units: "pd.DataFrame", money: str = "$") -> Classes:
    """Put the units into at most five classes of about equally many, with round limits.

    Parameters
    ----------
    layer : Layer
    units : DataFrame, n rows
        The layer's column; `n_accounts` where known.
    money : str
        See `MapContent.money`.

    Returns
    -------
    Classes
        Zero is a class of its own where it occurs: nothing is not little.
    """
    values = np.array([as_number(value) for value in units[layer.column]], dtype=np.float64)
    empty = np.zeros(len(values), dtype=bool)
    if "n_accounts" in units.columns:
        empty = np.array([not as_number(n) > 0 for n in units["n_accounts"]], dtype=bool)
    values[empty] = np.nan
    if layer.ramp == "flag":
        classes = np.where(values > 0, 1, 0)
        labels: tuple[str, ...] = (layer.words[1], layer.words[0])
        colours = _RAMPS["flag"]
    else:
        limits = _limits(values[values > 0])
        classes = np.searchsorted(limits, values, side="right")
        labels = _labels(limits, layer.kind, money)
        ramp = _RAMPS[layer.ramp]
        colours = ramp[-len(labels) :] if len(labels) > 2 else (ramp[1], ramp[3])[: len(labels)]
        if (values <= 0).any():
            classes = np.where(values > 0, classes + 1, 0)
            labels = (value_text(0, layer.kind) if layer.kind != "usd" else f"{money}0", *labels)
            colours = (_NOTHING, *colours)
    codes = [
        NONE if none else UNKNOWN if np.isnan(value) else str(int(at))
        for at, value, none in zip(classes, values, empty, strict=True)
    ]
    return Classes(
        key=layer.key,
        title=layer.title,
        group=layer.group,
        note=layer.note,
        kind=layer.kind,
        colours=colours,
        labels=labels,
        counts=tuple(codes.count(str(at)) for at in range(len(labels))),
        codes="".join(codes),
        values=values,
    )


def deviation_classes(content: MapContent) -> tuple[Classes, ...]:
    """Return for each measure with a goal how far the territories are from it, in five classes.

    The middle class is half the allowed deviation wide on both sides; the outer ones are outside
    the tolerance.
    """
    found = []
    for column in content.columns:
        if not column.deviation or not column.tolerance > 0:
            continue
        values = np.array(
            [as_number(value) for value in content.territories[column.deviation]], dtype=np.float64
        )
        most = column.tolerance
        limits = np.array([-most - LIMIT, -most / 2, most / 2, most + LIMIT])
        classes = np.searchsorted(limits, values, side="right")
        known = ~np.isnan(values)
        codes = "".join(
            str(int(at)) if there else UNKNOWN for at, there in zip(classes, known, strict=True)
        )
        half, whole = (f"{share * 100:g} %" for share in (most / 2, most))
        found.append(
            Classes(
                key=f"deviation-{column.title.lower().replace(' ', '-')}",
                title=f"{column.title} against its goal",
                group="Balance",
                kind="share",
                of="territories",
                note=f"Deviation of each territory from its goal; ±{whole} is allowed.",
                colours=_DIVERGING,
                labels=(
                    f"below −{whole}",
                    f"−{whole} to −{half}",
                    f"within ±{half}",
                    f"+{half} to +{whole}",
                    f"above +{whole}",
                ),
                counts=tuple(codes.count(str(at)) for at in range(5)),
                codes=codes,
                values=values,
            )
        )
    return tuple(found)


def tier_classes(content: MapContent, tiers: Sequence[str], owners: Sequence[int]) -> Classes:
    """Return how many accounts of the top tier each territory has, in classes around the mean."""
    n = np.zeros(len(content.territories))
    for tier, owner in zip(tiers, owners, strict=True):
        if owner >= 0 and tier == content.top_tier:
            n[owner] += 1
    limits = np.unique(np.ceil(_limits(n[n > 0])))
    classes = np.searchsorted(limits, n, side="right")
    bounds = [0, *map(int, limits), None]
    labels = []
    for low, high in itertools.pairwise(bounds):
        last = "" if high is None else str(int(high) - 1)
        labels.append(
            f"{low} and more" if not last else str(low) if last == str(low) else f"{low} – {last}"
        )
    ramp = _RAMPS["purple"][: len(labels)]
    return Classes(
        key="top-tier",
        title=f"Tier {content.top_tier} accounts",
        group="Market",
        kind="count",
        of="territories",
        note=f"Only the {int(n.sum()):,} accounts of tier {content.top_tier} are marked.",
        colours=ramp,
        labels=tuple(labels),
        counts=tuple(int((classes == at).sum()) for at in range(len(labels))),
        codes="".join(map(str, classes)),
        values=n,
    )


def _limits(positive: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return up to four ascending limits between classes, rounded to two digits."""
    if not positive.size:
        return np.empty(0)
    wanted = np.quantile(positive, np.arange(1, _N_CLASSES) / _N_CLASSES)
    size = 10.0 ** (np.floor(np.log10(wanted)) - 1)
    limits = np.unique(np.round(wanted / size) * size)
    return np.asarray(limits[(limits > positive.min()) & (limits <= positive.max())])


def _labels(limits: NDArray[np.float64], kind: Kind, money: str) -> tuple[str, ...]:
    texts = [value_text(limit, kind, money) for limit in limits]
    if not texts:
        return ("above 0",)
    between = [f"{low} – {high}" for low, high in itertools.pairwise(texts)]
    return (f"below {texts[0]}", *between, f"{texts[-1]} and more")
