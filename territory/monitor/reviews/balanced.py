"""The balanced scorecard of leadership, and how mature the work is by what its files prove."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory.messages import counted

if TYPE_CHECKING:
    from territory.monitor.monitoring import Monitoring

__all__ = ["AREAS", "balanced_scorecard", "maturity"]

PERSPECTIVES = ("growth", "customer", "process", "people")
AREAS = ("governance", "data", "planning", "rollout", "monitoring")

LEVELS = {
    1: "by habit",
    2: "written down",
    3: "measured",
    4: "judged with its uncertainty",
    5: "decided on and followed up",
}
"""Levels of maturity: our own words for a ladder of five, each shown by files."""


def balanced_scorecard(found: Monitoring) -> pd.DataFrame:
    """Return the company's figures by perspective, with how many territories are red in each.

    Returns
    -------
    DataFrame
        ``perspective, indicator, label, leads, value, goal, status, n_red`` (territories),
        ``owner``; the same figures as the indicators.
    """
    table = found.indicators
    red = table[(table["level"] == "territory") & (table["status"] == "red")]
    count = red.groupby("indicator").size()
    company = table[(table["level"] == "company") & ~table["indicator"].str.contains(":")].copy()
    company["n_red"] = company["indicator"].map(count).fillna(0).astype(int)
    company["order"] = company["perspective"].map({n: at for at, n in enumerate(PERSPECTIVES)})
    columns = ["perspective", "indicator", "label", "leads", "value", "goal", "status", "n_red"]
    ordered = company.sort_values(["order", "leads"], ascending=[True, False], kind="stable")
    out = ordered[[*columns, "owner", "unit"]].reset_index(drop=True)
    return out.assign(value=out["value"].round(6))


def maturity(found: Monitoring, folder: Path, reviews: Path) -> pd.DataFrame:
    """Return a level from 1 to 5 for each area, with what the files prove and what is next.

    Each step needs the ones below it. What no file shows counts as not done: a team that does more
    than it writes down is rated too low, and may say so beside.

    Parameters
    ----------
    found : Monitoring
    folder : Path
        The plan's.
    reviews : Path
        Folder of reviews.
    """
    from territory.monitor.reviews.record import read_review

    facts = found.facts
    paths = sorted(reviews.glob("*Q[1-4].toml")) if reviews.is_dir() else []
    records = [read_review(path) for path in paths]
    closed = [each for each in records if each.closed]
    done = [item for each in closed for item in each.items if item.done]
    scenario = facts.scenario
    names = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    known = 6 - len(facts.not_known)
    history = scenario is not None and scenario.inputs.history is not None
    # `territory rollout` writes beside the plan, or wherever --out says.
    beside = folder.with_name(f"{folder.name}_rollout")
    rolled = any((place / "rollout.json").is_file() for place in (beside, folder))
    ladder: dict[str, list[tuple[bool, str, str]]] = {
        "governance": [
            (scenario is not None, "a scenario file", "write the rules in a scenario file"),
            (bool(records), f"{counted(len(records), 'review')} opened", "open a review"),
            (bool(closed), f"{counted(len(closed), 'review')} closed", "close a review"),
            (
                len(closed) > 1 and bool(done),
                f"{counted(len(done), 'action')} done",
                "mark actions as done",
            ),
        ],
        "data": [
            (not facts.audit.errors, "files read without errors", "mend the files"),
            (known >= 3, f"{known} of 6 kinds of facts given", "give calls, deals and accounts"),
            (history, "sales before go-live known", "name a history in the scenario"),
            (known == 6, "all kinds of facts given", "give the missing kinds of facts"),
        ],
        "planning": [
            ("plan.json" in names, "a plan", "design a plan"),
            (bool(facts.plan.measures), "balance measured", "balance workload and potential"),
            (
                facts.plan.record.bound is not None,
                "a proven bound",
                "design with a bound",
            ),
            ("robust" in facts.plan.record.further, "futures drawn", "design --at … --robust"),
        ],
        "rollout": [
            ("alignment.csv" in names, "an alignment file", "write the plan"),
            (rolled, "files of a rollout", "prepare the rollout"),
            (facts.roster is not None, "a roster of reps", "give --roster"),
            (
                facts.roster is not None and not (facts.roster["state"] != "stays").any(),
                "every territory has its rep",
                "fill vacant territories",
            ),
        ],
        "monitoring": [
            (True, "facts since go-live", ""),
            (len(found.indicators) > 0, "indicators with goals and owners", "set goals"),
            (found.judged.risk.seen > 0, "signals whose power is known", "give monthly pieces"),
            (bool(closed), "signals that ended in decisions", "close a review"),
        ],
    }
    rows = []
    for area in AREAS:
        level, proofs, following = 1, [], ""
        for fulfilled, proof, todo in ladder[area]:
            if not fulfilled:
                following = todo
                break
            level += 1
            proofs.append(proof)
        rows.append(
            {
                "area": area,
                "level": level,
                "means": LEVELS[level],
                "proved_by": "; ".join(proofs),
                "next": following,
            }
        )
    return pd.DataFrame(rows)
