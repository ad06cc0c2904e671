"""Invented companies in fifteen regions, routed: what the constants of `geo.roads.trips` rest on.

    python -m tests.benchmarks.companies [NAME ...]

Accounts lie at ZIP points, some crowded into campuses; calls and visits differ from company to
company. Each is planned at quick (nothing is routed or corrected there), then routed for a year:
`near_error` and `far_error` are estimated ÷ routed hours - 1 of the nearer and the farther half.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["COMPANIES", "Company", "errors_of"]

_SCENARIO = """
name = "company"
[inputs]
accounts = "accounts.csv"
[geography]
kind = "us_counties"
states = [{states}]
split_above = 0.4
[team]
territories = {k}
[measures.workload_h]
tolerance = 0.15
[solve]
effort = "quick"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company to be drawn.

    Attributes
    ----------
    states : str
        Two letters each.
    n, k, seed : int
        Accounts, reps, seed.
    often : float
        Multiple of 30, 16, 8 and 4 calls a year by tier.
    visit_h : (float, float)
        Hours of a visit, from and to.
    campus : bool
        Whether six of ten accounts share an address with others.
    """

    states: str
    n: int
    k: int
    seed: int
    often: float
    visit_h: tuple[float, float] = (0.7, 1.6)
    campus: bool = False


_LONG, _SHORT = (1.5, 3.2), (0.3, 0.8)
COMPANIES = {
    "mt": Company(states="MT WY ND SD", n=260, k=5, seed=1, often=1.0),
    "co": Company(states="CO UT NM", n=500, k=10, seed=2, often=1.0),
    "ia": Company(states="IA NE KS", n=600, k=12, seed=3, often=0.8),
    "ny": Company(states="NY NJ PA", n=700, k=18, seed=4, often=1.3),
    "fl": Company(states="FL GA", n=600, k=14, seed=5, often=1.2),
    "ca": Company(states="CA NV", n=700, k=16, seed=6, often=1.0),
    "mn": Company(states="MN WI", n=400, k=9, seed=7, often=0.6),
    "tn": Company(states="TN KY AL MS", n=500, k=9, seed=8, often=0.6),
    "tx": Company(states="TX OK LA", n=600, k=16, seed=11, often=0.9, visit_h=_LONG),
    "il": Company(states="IL IN MO", n=500, k=13, seed=12, often=0.6, visit_h=_LONG),
    "wa": Company(states="WA OR ID", n=450, k=10, seed=13, often=1.2, campus=True),
    "oh": Company(states="OH MI WV", n=700, k=16, seed=14, often=1.0, campus=True),
    "az": Company(
        states="AZ NV UT NM", n=400, k=10, seed=15, often=0.7, visit_h=_LONG, campus=True
    ),
    "nc": Company(states="NC SC VA", n=800, k=18, seed=16, often=0.8, visit_h=_SHORT),
    "id": Company(states="MT WY ID UT", n=300, k=7, seed=17, often=0.5, visit_h=_LONG, campus=True),
}


def _accounts(company: Company) -> pd.DataFrame:
    from geo.us.zips import zip_points

    rng, n = np.random.default_rng(company.seed), company.n
    points = zip_points()
    points = points[points["state"].isin(company.states.split()) & np.isfinite(points["lat"])]
    at = rng.choice(len(points), n, replace=True)
    if company.campus:
        campus = rng.choice(len(points), n // 12, replace=False)
        size = rng.pareto(1.0, len(campus)) + 0.3
        at = np.where(rng.random(n) < 0.6, rng.choice(campus, n, p=size / size.sum()), at)
    place = points.iloc[at].reset_index(drop=True)
    tier = rng.choice(4, n, p=[0.12, 0.25, 0.35, 0.28])
    calls = np.array([30, 16, 8, 4])[tier] * company.often
    calls = np.maximum(1, np.rint(calls * rng.uniform(0.7, 1.3, n)))
    visits = calls * rng.uniform(*company.visit_h, n)
    cases = np.where((tier < 2) & (company.visit_h != _SHORT), rng.uniform(0, 30, n), 0)
    return pd.DataFrame(
        {
            "account_id": [f"A{row:04d}" for row in range(n)],
            "type": "hospital",
            "lon": place["lon"] + rng.normal(0, 0.02, n),
            "lat": place["lat"] + rng.normal(0, 0.02, n),
            "service_h": (visits + cases).round(2),
            "n_calls": calls,
            "potential_usd": rng.lognormal(11, 0.8, n).round(),
        }
    )


def errors_of(company: Company, folder: Path) -> dict[str, float]:
    """Draw, plan and route a company; return how its estimate lies to its tours."""
    import territory
    from territory.workforce.travel_check import check_travel

    _accounts(company).to_csv(folder / "accounts.csv", index=False)
    states = ", ".join(f'"{each}"' for each in company.states.split())
    file = folder / "company.toml"
    file.write_text(_SCENARIO.format(states=states, k=company.k), encoding="utf-8")
    scenario = territory.read_scenario(file)
    return check_travel(territory.design(scenario), scenario).errors()


def main(words: list[str] | None = None) -> int:
    """Parse the command line and print one line a company."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*COMPANIES, []])
    for name in parser.parse_args(words).names or COMPANIES:
        with tempfile.TemporaryDirectory() as folder:
            print(name, errors_of(COMPANIES[name], Path(folder)), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
