"""The review pack: a workbook and a page for each rep, and one for each manager."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from territory.changes.challenges import COLUMNS, SHEET

if TYPE_CHECKING:
    from territory.rollout.briefs.brief import Brief
    from territory.rollout.briefs.page import SmallMaps
    from territory.rollout.change_set import ChangeSet

__all__ = ["manager_sheets", "rep_sheets", "write_pack"]

ROOM = 25
"""Empty rows for challenges."""

_SHOWN = ("account_id", "name", "unit_id", "team", "revenue_usd", "potential_usd", "workload_h")


def rep_sheets(change: ChangeSet, brief: Brief) -> dict[str, pd.DataFrame]:
    """Return the sheets of one rep: own figures and pay, all accounts, gained, lost, challenges."""
    accounts = change.accounts
    mine, before = accounts["rep_to"].eq(brief.rep_id), accounts["rep_from"].eq(brief.rep_id)
    figures = pd.DataFrame(
        [(each.label, each.today, each.plan, each.change) for each in brief.figures]
        + [(label, "", words, "") for label, words in (*brief.pay, *brief.dates)],
        columns=["figure", "today", "plan", "change"],
    )
    return {
        "Territory": figures,
        "Accounts": accounts.loc[mine, [*_SHOWN]],
        "Gained": _moved(accounts[mine & ~before], "from", "rep_from"),
        "Lost": _moved(accounts[before & ~mine], "to", "rep_to"),
        SHEET: _room(brief.rep_name),
    }


def manager_sheets(
    change: ChangeSet, territories: pd.DataFrame, district: str
) -> dict[str, pd.DataFrame]:
    """Return the sheets of one manager: the district's territories and moves, nothing of pay."""
    rows = territories
    if district:
        rows = rows[rows["district_id"].eq(district)]
    ids = set(rows["territory_id"])
    accounts = change.accounts
    inside, before = accounts["to"].isin(ids), accounts["from"].isin(ids)
    moved = accounts["change"].ne("stays") | accounts["rep_changes"]
    kept = [
        name
        for name in rows.columns
        if not name.endswith(("_lower", "_upper", "_lon", "_lat")) and "quota" not in name
    ]
    return {
        "Territories": rows[kept],
        "Gained": _moved(accounts[moved & inside], "from", "rep_from", also="to"),
        "Lost": _moved(accounts[moved & before & ~inside], "to", "rep_to", also="from"),
        SHEET: _room(""),
    }


def write_pack(
    folder: Path,
    change: ChangeSet,
    territories: pd.DataFrame,
    *,
    briefs: Sequence[Brief],
    maps: SmallMaps,
    title: str,
) -> list[str]:
    """Write the pack, all files or none; return their names.

    A rep's workbook and page have the rep's own pay only, a manager's none.
    """
    from territory.publish.excel.sheets import write_sheets
    from territory.rollout.briefs.page import brief_page
    from territory.whole import whole_files

    districts = [""]
    if "district_id" in territories:
        districts = sorted(territories["district_id"].fillna("").astype("str").unique())
    names: list[str] = []
    with whole_files(folder) as fresh:
        for brief in briefs:
            stem = f"rep_{file_name(brief.territory)}_{file_name(brief.rep_id)}"
            write_sheets(fresh / f"{stem}.xlsx", rep_sheets(change, brief), people=True)
            page = brief_page(brief, maps, title=title)
            (fresh / f"{stem}.html").write_text(page, encoding="utf-8")
            names += [f"{stem}.xlsx", f"{stem}.html"]
        for district in districts:
            stem = f"manager_{file_name(district) if district else 'all'}"
            sheets = manager_sheets(change, territories, district)
            write_sheets(fresh / f"{stem}.xlsx", sheets, people=True)
            page = manager_page(sheets, title=f"{title}: {district or 'all territories'}")
            (fresh / f"{stem}.html").write_text(page, encoding="utf-8")
            names += [f"{stem}.xlsx", f"{stem}.html"]
    return names


def manager_page(sheets: Mapping[str, pd.DataFrame], *, title: str) -> str:
    """Return a manager's sheets as one printable page without scripts."""
    from html import escape

    from territory.messages import visible
    from territory.publish.excel.headings import heading
    from territory.wording import signed_percent

    def cell(value: object, column: str = "") -> str:
        text = str(value)
        if isinstance(value, float):
            away = column.endswith("_deviation")
            text = signed_percent(value) if away else f"{value:,.0f}"
        return escape(visible("" if text == "nan" else text), quote=True)

    parts = []
    for name, frame in sheets.items():
        if name == SHEET:
            continue
        shown = frame[[each for each in frame.columns if not str(each).endswith("_goal")][:12]]
        names = [str(each) for each in shown.columns]
        numbers = ["" if shown[each].dtype.kind in "OUST" else ' class="n"' for each in names]
        head = "".join(
            f"<th{number}>{cell(heading(each))}</th>"
            for each, number in zip(names, numbers, strict=True)
        )
        rows = "".join(
            "<tr>"
            + "".join(
                f"<td{number}>{cell(value, each)}</td>"
                for value, each, number in zip(row, names, numbers, strict=True)
            )
            + "</tr>"
            for row in shown.itertuples(index=False, name=None)
        )
        parts.append(
            f"<h2>{cell(name)} ({len(shown):,})</h2>"
            f'<div class="wide"><table><tr>{head}</tr>{rows}</table></div>'
        )
    style = (
        "@page{size:auto;margin:10mm}body{font:10px/1.35 system-ui,Arial,sans-serif;color:#1c2833}"
        "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:2px 4px;"
        "border-bottom:1px solid #dde4ea;vertical-align:top}th{color:#5b6b7a}tr{break-inside:avoid}"
        ".n{text-align:right;white-space:nowrap}.wide{overflow-x:auto}"
        "@media screen{body{font-size:13px;margin:12px auto;max-width:1200px;padding:0 10px}"
        ".wide table{min-width:820px}}"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="generator" content="territory-design">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{cell(title)}</title><style>{style}</style></head><body><h1>{cell(title)}</h1>"
        f"<p>Challenges go into the workbook's sheet {SHEET}: account, wanted territory, reason, "
        f"name.</p>{''.join(parts)}</body></html>\n"
    )


def file_name(text: str) -> str:
    """Return letters, digits, dash and underscore of a text: names reach no path."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", text) or "x"


def _moved(frame: pd.DataFrame, side: str, rep: str, *, also: str = "") -> pd.DataFrame:
    columns = [*_SHOWN[:2], *([also] if also else []), side, rep, "revenue_usd", "potential_usd"]
    order = ["revenue_usd", "account_id"]
    return frame.sort_values(order, ascending=[False, True])[[*columns, "why"]]


def _room(name: str) -> pd.DataFrame:
    """Return the sheet to fill in: header, and rows with the name in them."""
    rows = [["", "", "", name] for _ in range(ROOM)]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")
