"""The plan in ten slides, as a commercial leader presents it; every table and chart is native."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from territory.currency import code, in_words, sheet_format, short_money, speaks
from territory.messages import counted
from territory.publish.charts.sheet import clean
from territory.publish.maps.outline_map import outline_maps
from territory.publish.pages.beside import Beside
from territory.publish.pages.earnings import earnings
from territory.publish.pages.next_steps import next_steps
from territory.publish.pages.outside import outside_lines
from territory.publish.pages.report_charts import account_flows
from territory.publish.slides.sheet import Deck, Tone
from territory.review.checklist import QUESTIONS, checklist
from territory.review.figures import territory_figures
from territory.review.moves import flows, today_deviations
from territory.review.scorecard import figures, scorecard
from territory.whole import whole_file
from territory.wording import (
    amount,
    measure_label,
    percent,
    plan_title,
    signed_percent,
    status_words,
    term_label,
)

if TYPE_CHECKING:
    from territory.plan import Plan

__all__ = ["draw_deck", "write_deck"]

_ROWS = 24
"""Rows of a table that can still be read from the back of the room."""
_CHECKS = 8
"""Of two lines each they still leave room for the line below them."""
_BARS = 40
_LINES, _LETTERS = 16, 92
"""Lines that a slide of text holds, and letters of one at its size."""
_FLOWS = 12
_URGENCY: Mapping[bool | None, int] = {False: 0, None: 1, True: 2}
_VERDICTS: Mapping[str, Tone] = {"yes": "good", "yes, but": "careful", "no": "bad"}


@speaks
def write_deck(
    plan: Plan, path: Path, *, beside: Beside | None = None, go_live: date | None = None
) -> Path:
    """Write the deck to a file, replacing it only when whole."""
    content = draw_deck(plan, beside=beside, go_live=go_live)
    with whole_file(path) as fresh:
        fresh.write_bytes(content)
    return path


@speaks
def draw_deck(plan: Plan, *, beside: Beside | None = None, go_live: date | None = None) -> bytes:
    """Return ``deck.pptx``: ten slides with native tables and charts and the maps as pictures.

    Parameters
    ----------
    plan : Plan
    beside : Beside, optional
        Forecast, business case and timeline, where they have been made.
    go_live : date, optional
        Dates the next steps where no timeline is written.

    Returns
    -------
    bytes
        The same for the same plan.
    """
    from territory.publish.excel.workbook_parts import normalised

    found = beside or Beside()
    title = plan_title(plan.record)
    deck = Deck(title=f"{title}: territory plan")
    _opening(deck, plan, title)
    _verdict(deck, plan)
    _maps(deck, plan)
    _balance(deck, plan)
    _scorecard(deck, plan)
    _worth(deck, plan, found)
    _changes(deck, plan)
    _open(deck, plan)
    _ahead(deck, plan, found)
    _steps(deck, found, go_live)
    return normalised(deck.content())


def _opening(deck: Deck, plan: Plan, title: str) -> None:
    known, record = figures(plan), plan.record
    deck.slide(title, notes="Every number can be recomputed from accounts.csv and alignment.csv.")
    words = status_words(record)
    tone: Tone = "bad" if record.violations else "good"
    deck.text([(words[:1].upper() + words[1:], tone)], top=1.4, size=24, bold=True)
    lines: list[str] = [record.description]
    lines.append(
        f"{counted(known['territories'], 'territory', 'territories')}, "
        f"{counted(known['accounts'], 'account')}, potential {short_money(known['potential_usd'])}"
    )
    for name, options in record.measures.items():
        label = measure_label(name).partition(" (")[0]
        lines.append(
            f"{label}: farthest from its goal {percent(options.imbalance)}, "
            f"± {percent(options.tolerance, 0)} allowed"
        )
    lines.append(f"Travel is {percent(known['travel_share'], 0)} of the work")
    if known["has_current"]:
        share = known["moved_revenue_share"]
        revenue = f" with {percent(share)} of revenue" if share is not None else ""
        moved = percent(known["moved_accounts_share"])
        lines.append(f"{moved} of accounts{revenue} change territory")
    deck.text([line for line in lines if line], top=2.3, height=3.5, size=20)
    if record.synthetic:
        deck.text([("Synthetic demonstration data: nothing here is a real market.", "careful")],
                  top=6.6, size=14)  # fmt: skip


def _verdict(deck: Deck, plan: Plan) -> None:
    judged = checklist(plan)
    tone = _VERDICTS[judged.verdict]
    deck.slide("May it be rolled out?", notes=judged.words)
    first = judged.words.partition(". ")[0].rstrip(".") + "."
    deck.text([(first, tone)], top=1.25, size=18, bold=True)
    marks = {True: "✓", False: "✕", None: "?"}
    rows = [
        [QUESTIONS[check.question], marks[check.passed], check.what, check.found]
        for check in judged.checks
    ]
    order = sorted(range(len(rows)), key=lambda at: _URGENCY[judged.checks[at].passed])
    more = len(rows) - _CHECKS
    if more > 0:
        rest = f"and {counted(more, 'more check')}, all of them in report.html"
        deck.text([rest], top=6.95, size=12)
    deck.table(["Question", "", "Asked", "Found"], [rows[at] for at in order[:_CHECKS]], top=2.0,
               widths=[1.9, 0.4, 5.8, 4.0], height=4.9, numbers_from=9)  # fmt: skip


def _maps(deck: Deck, plan: Plan) -> None:
    maps = outline_maps(plan)
    words = "Today and the plan" if maps.has_today else "The plan"
    deck.slide(words, notes="A territory has one colour on both maps; map.html has every account.")
    if maps.has_today:
        for left, which, name in ((0.5, "today", "Today"), (6.8, "plan", "The plan")):
            deck.text([name], left=left, top=1.2, width=6, size=16, bold=True)
            deck.picture(maps.png(which, width=432, height=400), left=left, top=1.65, width=6.0,
                         words=f"{name}: map of the territories")  # fmt: skip
    else:
        deck.picture(maps.png("plan", width=720, height=420), left=1.7, top=1.35, width=10.0,
                     words="Map of the plan's territories")  # fmt: skip


def _balance(deck: Deck, plan: Plan) -> None:
    today = today_deviations(plan)
    deck.slide("Balance, before and after",
               notes="Deviation from each territory's goal; goals follow capacity.")  # fmt: skip
    measures = list(plan.record.measures.items())[:2]
    width = 12.1 / len(measures)
    for at, (measure, options) in enumerate(measures):
        frame = plan.territories.assign(d=plan.territories[f"{measure}_deviation"].abs())
        chosen = sorted(frame.nlargest(_BARS, "d").index)
        names = [str(plan.territories["territory_id"][row]) for row in chosen]
        series = {"plan": plan.territories[f"{measure}_deviation"].loc[chosen].tolist()}
        if measure in today:
            series = {"today": today[measure].reindex(names).tolist(), **series}
        label = measure_label(measure).partition(" (")[0]
        allowed = f"± {percent(options.tolerance, 0)} allowed"
        some = _some(len(chosen), len(frame), "farthest")
        deck.bars(names, series, title=f"{label} against the goal ({allowed}){some}",
                  left=0.6 + at * width, top=1.25, width=width, height=6.0,
                  number_format="+0%;-0%;0%")  # fmt: skip


def _scorecard(deck: Deck, plan: Plan) -> None:
    frame = scorecard(plan)
    worst = frame[[f"{name}_deviation" for name in plan.measures]].abs().max(axis=1)
    shown = frame.loc[sorted(worst.nlargest(_ROWS).index)]
    more = len(frame) - len(shown)
    note = f": {len(shown)} of {len(frame)}, farthest from goal" if more else ""
    deck.slide(f"The scorecard{note}", notes="All of it: sheet Scorecard of scorecard.xlsx.")
    measures = list(plan.measures)[:3]
    head = ["Territory", "Rep", "Accounts"]
    for name in measures:
        head += [measure_label(name), "to goal"]
    head += ["Travel (h)", "Selling", "Moved"]
    full = territory_figures(plan)
    sold = dict(zip(full["territory_id"], full["selling_share"], strict=True))
    rows, room = [], _letters(len(shown))
    for row in shown.to_dict("records"):
        names = (clean(row["territory_id"], room), clean(row["rep"], 2 * room))
        cells = [*names, f"{row['n_accounts']:,}"]
        for name in measures:
            cells += [amount(name, row[name]), signed_percent(row[f"{name}_deviation"])]
        cells += [amount("travel_h", row["travel_h"]),
                  percent(sold[row["territory_id"]], 0),
                  f"{row['n_moved_accounts']:,}"]  # fmt: skip
        rows.append(cells)
    rest = 12.1 - 1.2 - 2.6
    widths = [1.2, 2.6, *[rest / (len(head) - 2)] * (len(head) - 2)]
    deck.table(head, rows, top=1.3, widths=widths, height=5.9, numbers_from=2)


def _worth(deck: Deck, plan: Plan, beside: Beside) -> None:
    deck.slide("What it costs and earns", notes="Costs are a year's, in one currency.")
    terms, case = plan.record.terms, beside.business_case
    deck.bars([term_label(name) for name in terms], {in_words("USD a year"): list(terms.values())},
              title=f"It costs {short_money(plan.record.objective)} a year", left=0.6, top=1.25,
              width=12.1 if case is None else 6.0, height=3.2,
              number_format=sheet_format())  # fmt: skip
    if case is not None:
        deck.bars(case["item"].tolist(), {code(): case["expected_usd"].tolist()},
                  title="Margin of the first year against today", left=6.8, top=1.25, width=5.9,
                  height=3.2, number_format=sheet_format())  # fmt: skip
    lines = earnings(plan, beside) or [
        "Today's alignment is not known: nothing to hold it against."
    ]
    deck.text(lines, top=4.65, height=2.4, size=16)


def _changes(deck: Deck, plan: Plan) -> None:
    known = figures(plan)
    deck.slide("What changes for whom", notes="Sheet Moves of scorecard.xlsx names every account.")
    if not known["has_current"]:
        deck.text(["No current alignment was given, so what changes cannot be counted."], top=1.4)
        return
    usd = known["moved_revenue_usd"]
    revenue = f" with {short_money(usd)} of yearly revenue" if not math.isnan(usd) else ""
    revenue += f" ({percent(known['moved_revenue_share'])})" if revenue else ""
    deck.text(
        [f"{known['moved_accounts']:,} accounts ({percent(known['moved_accounts_share'])})"
         f"{revenue} get another territory."],
        top=1.2, size=18,
    )  # fmt: skip
    frame = flows(plan)
    frame = frame.assign(n=frame["n_gained"] + frame["n_lost"])
    some = _some(_BARS, len(frame), "top")
    frame = frame.nlargest(_BARS, "n").sort_index()
    deck.bars(frame["territory_id"].astype(str).tolist(),
              {"lost": frame["n_lost"].tolist(), "gained": frame["n_gained"].tolist()},
              title=f"Accounts gained and lost{some}", left=0.6, top=1.8, width=7.0, height=5.4,
              number_format="0")  # fmt: skip
    pairs = sorted(account_flows(plan), key=lambda flow: (-flow[2], flow[0], flow[1]))[:_FLOWS]
    room = 12
    rows = [[clean(a, room), clean(b, room), f"{n:,.0f}"] for a, b, n in pairs]
    rows = rows or [["none", "", ""]]
    deck.table(["From", "To", "Accounts"], rows, left=8.0, top=1.9, widths=[1.6, 1.6, 1.4],
               height=5.2, numbers_from=2)  # fmt: skip


def _open(deck: Deck, plan: Plan) -> None:
    deck.slide("What is still open", notes="Accept it, or name what must change.")
    checks = checklist(plan).checks
    lines: list[tuple[str, Tone]] = [
        *((f"{each['text']} {each['why']}".strip(), "bad") for each in outside_lines(plan)),
        *((f"{c.what}: {c.found}", "careful") for c in checks if c.passed is False and not c.hard),
        *(
            (f"{c.mark.capitalize()}: {c.what} ({c.found.removeprefix(f'{c.mark}: ')})", "plain")
            for c in checks
            if c.passed is None
        ),
    ]
    if not lines:
        lines = [("Nothing: every rule is kept and every check is passed.", "good")]
    deck.text(_fitting(lines), top=1.35, height=5.6, size=16)


def _fitting(lines: Sequence[tuple[str, Tone]]) -> list[tuple[str, Tone]]:
    """Return as many lines as a slide holds when long ones wrap, and how many more there are."""
    room, shown = _LINES - 1, list[tuple[str, Tone]]()
    for text, tone in lines:
        room -= -(-len(text) // _LETTERS)
        if room < 0:
            break
        shown.append((text, tone))
    if len(lines) > len(shown):
        shown.append((f"and {len(lines) - len(shown):,} more: report.html", "plain"))
    return shown


def _letters(n_rows: int) -> int:
    """Return how long names in a table may be: with many rows each has one line."""
    return 30 if n_rows <= _LINES // 2 else 15


def _some(shown: int, n: int, which: str) -> str:
    """Say which of many territories a chart shows."""
    return f": {which} {shown} of {n}" if n > shown else ""


def _ahead(deck: Deck, plan: Plan, beside: Beside) -> None:
    notes = "Expected sales; report.html shows 8 of 10 years. Where none are forecast yet: "
    notes += "territory forecast PLAN, then territory deck PLAN."
    deck.slide("What next year may bring", notes=notes)
    frame = beside.forecast
    if frame is None:
        deck.text(["Sales are not forecast yet; until then, the potential that there is."],
                  top=1.25, size=16)  # fmt: skip
        if "potential_usd" in plan.territories:
            potential = plan.territories["potential_usd"]
            chosen = sorted(potential.nlargest(_BARS).index)
            some = _some(len(chosen), len(potential), "top")
            names = [str(name) for name in plan.territories["territory_id"].loc[chosen]]
            deck.bars(names, {"potential": potential.loc[chosen].tolist()},
                      title=f"Potential by territory{some}", left=0.6, top=1.8, width=12.1,
                      height=5.4, number_format=sheet_format())  # fmt: skip
        return
    some = _some(_BARS, len(frame), "top")
    frame = frame.nlargest(_BARS, "expected_usd").sort_index()
    series = {"next year": frame["expected_usd"].tolist()}
    if "last_usd" in frame:
        series = {"last year": frame["last_usd"].tolist(), **series}
    deck.bars(frame["territory_id"].tolist(), series, title=f"Sales by territory{some}", left=0.6,
              top=1.25, width=12.1, height=6.0, number_format=sheet_format())  # fmt: skip


def _steps(deck: Deck, beside: Beside, go_live: date | None) -> None:
    deck.slide("Next steps", notes="Dates follow the go-live.")
    steps = next_steps(beside, go_live)[:_ROWS]
    rows = [[step.when, step.name, step.who, step.what] for step in steps]
    deck.table(["When", "Step", "Who", "What"], rows, top=1.4, widths=[2.0, 2.4, 2.7, 5.0],
               height=5.6, numbers_from=9)  # fmt: skip
