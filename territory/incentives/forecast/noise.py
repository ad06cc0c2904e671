"""How far a year's sales of a territory may be from what is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from territory.incentives.facts import IncentiveCase

    Floats = NDArray[np.float64]

__all__ = ["COMPANY_SD", "TERRITORY_SD", "Luck", "Noise", "drawn_luck", "noise_of"]

COMPANY_SD = 0.04
"""Planning default: two years show the company's growth only once."""
TERRITORY_SD = 0.10
"""Planning default where the history is too short to measure a territory's own spread."""

_FEWEST = 5
_YEARS = 0x9A7
"""Beside the seed: these years are drawn from numbers of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Standard deviations of the logarithm of a year's sales.

    Attributes
    ----------
    company_sd : float
        Shared by all territories.
    territory_sd : float
        A territory's own.
    source : str
        Where the second one comes from, in words.
    """

    company_sd: float
    territory_sd: float
    source: str

    def draw(
        self, rng: np.random.Generator, draws: int, k: int, *, wider: Floats | float = 1.0
    ) -> Floats:
        """Return (draws, k) factors with mean 1: one factor of the company, k of territories.

        ``wider``, (k,), multiplies the territories' own standard deviation.
        """
        company, own = rng.standard_normal((draws, 1)), rng.standard_normal((draws, k))
        return self.factors(company, own, wider=wider)

    def factors(self, company: Floats, own: Floats, *, wider: Floats | float = 1.0) -> Floats:
        """Return (draws, k) the factors of standard normal luck, (draws, 1) and (draws, k)."""
        sd, own_sd = self.company_sd, self.territory_sd * np.asarray(wider)
        return np.asarray(np.exp((company * sd - sd**2 / 2) + (own * own_sd - own_sd**2 / 2)))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Luck:
    """Luck of the years that pay is drawn from, the same whoever serves which account.

    Attributes
    ----------
    company : float64, shape (draws, 1)
        Standard normal.
    own : float64, shape (draws, r + 1)
        Of each rep, and of all that has none.
    won : float64, shape (draws, r)
        Of accounts won, uniform in [0, 1).
    """

    company: Floats
    own: Floats
    won: Floats


def drawn_luck(seed: int, draws: int, n_reps: int) -> Luck:
    """Draw the years of a scenario's seed."""
    rng = np.random.default_rng([seed, _YEARS])
    company, own = rng.standard_normal((draws, 1)), rng.standard_normal((draws, n_reps + 1))
    return Luck(company=company, own=own, won=rng.random((draws, n_reps)))


def noise_of(case: IncentiveCase) -> Noise:
    """Return how uncertain next year is.

    A territory's own spread is that of last year's real sales around what the same method would
    have expected of them, between today's territories. It is measured on at least five.
    """
    from territory.incentives.forecast.outlook import outlook_of

    options = case.scenario.pay.simulation if case.scenario.pay is not None else None
    company = COMPANY_SD if options is None else options.company_sd
    if options is not None and options.territory_sd is not None:
        return Noise(
            company_sd=company, territory_sd=options.territory_sd, source="given in the scenario"
        )
    outlook = outlook_of(case, "today")
    if outlook.n_territories >= _FEWEST and np.isfinite(outlook.territory_sd):
        return Noise(
            company_sd=company,
            territory_sd=outlook.territory_sd,
            source=f"measured in the history of {outlook.n_territories} territories",
        )
    return Noise(
        company_sd=company,
        territory_sd=TERRITORY_SD,
        source="planning default: the history is too short to measure it",
    )
