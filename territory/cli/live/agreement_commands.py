"""The commands of the agreement: `review-pack`, `challenges`, `decide` and `state`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from territory.cli.console import Cell, Console
from territory.cli.live.rollout_commands import OfScenario, scenario_of
from territory.cli.options import (
    Json,
    PlanFolder,
    ReviewFolder,
    machine,
    plan_folder,
    review_folder,
    shell,
    shown,
)
from territory.currency import code
from territory.errors import InfeasibleError, InputError
from territory.messages import Message, counted, visible

if TYPE_CHECKING:
    import pandas as pd

    from territory.plan import Plan

__all__ = ["commands"]

commands = typer.Typer()

By = Annotated[str, typer.Option(metavar="NAME", help="Who says so.")]
When = Annotated[str | None, typer.Option(metavar="DATE", help="Day. [default: today]")]


@commands.command("review-pack")
def review_pack(
    context: typer.Context,
    plan: PlanFolder,
    *,
    by: By,
    scenario: OfScenario = None,
    review: ReviewFolder = None,
    when: When = None,
) -> int:
    """Write a workbook and a page for each rep and manager, with room for challenges."""
    return _pack(context.obj, plan, scenario=scenario, review=review, who=(by, when))


@commands.command()
def challenges(
    context: typer.Context,
    plan: PlanFolder,
    returned: Annotated[
        Path, typer.Argument(metavar="RETURNED", help="Returned workbook, or folder of them.")
    ],
    *,
    by: By,
    review: ReviewFolder = None,
    when: When = None,
    json: Json = False,
) -> int:
    """Read returned sheets, cost each challenge by the ledger, rank them and find conflicts."""
    return _challenges(machine(context, json), plan, returned, review=review, who=(by, when))


@commands.command()
def decide(
    context: typer.Context,
    plan: PlanFolder,
    challenge: Annotated[str, typer.Argument(metavar="ID", help="Challenge, as in C001.")],
    *,
    accept: Annotated[bool, typer.Option("--accept/--decline", help="What is decided.")],
    by: By,
    why: Annotated[str, typer.Option(metavar="TEXT", help="Reason of the decision.")],
    review: ReviewFolder = None,
    when: When = None,
    force: Annotated[
        bool, typer.Option("--force", help="Accept even where a rule is broken.")
    ] = False,
) -> int:
    """Accept a challenge, which moves the account in the plan, or decline it; both on record."""
    return _decide(
        context.obj,
        plan,
        challenge,
        accept=accept,
        why=why,
        review=review,
        who=(by, when),
        force=force,
    )


@commands.command()
def state(
    context: typer.Context,
    plan: PlanFolder,
    to: Annotated[
        str, typer.Argument(metavar="[STATE]", help="draft, in-review, agreed or live; else show.")
    ] = "",
    *,
    by: By = "",
    why: Annotated[str, typer.Option(metavar="TEXT", help="Why.")] = "",
    review: ReviewFolder = None,
    when: When = None,
    json: Json = False,
) -> int:
    """Show or set how far a plan has come: draft, in review, agreed, live."""
    return _state(machine(context, json), plan, to, why=why, review=review, who=(by, when))


def _entry(who: tuple[str, str | None], **more: object) -> dict[str, object]:
    by, when = who
    try:
        day = date.today() if when is None else date.fromisoformat(when)
    except ValueError:
        raise InputError(
            Message(f"--when is {when}", hint="write a day, as in 2027-01-04")
        ) from None
    return {"who": by, "when": day.isoformat(), **more}


def _pack(
    console: Console,
    folder: Path,
    *,
    scenario: Path | None,
    review: Path | None,
    who: tuple[str, str | None],
) -> int:
    from territory.changes.decisions import read_decisions, with_entry, write_decisions
    from territory.publish.folder import read_plan
    from territory.rollout.agreement.pack import write_pack
    from territory.rollout.briefs.make import changes_of, make_briefs
    from territory.rollout.briefs.page import small_maps

    found = scenario_of(folder, scenario)
    place = plan_folder(folder)
    target = review_folder(place, review)
    plan = read_plan(place)
    entry = _entry(who, kind="state", decision="in review", why="review pack written")
    record = with_entry(read_decisions(target), entry)
    names = write_pack(
        target,
        changes_of(plan, found),
        plan.territories,
        briefs=make_briefs(plan, found),
        maps=small_maps(plan),
        title=f"Review of the plan {plan.record.scenario}",
    )
    write_decisions(target, record)
    console.data(f"written    {visible(str(shown(target)))}: {counted(len(names), 'file')}")
    console.data(f"next       territory challenges {shell(place)} RETURNED --by NAME")
    return 0


def _challenges(
    console: Console,
    folder: Path,
    returned: Path,
    *,
    review: Path | None,
    who: tuple[str, str | None],
) -> int:
    from territory.changes.challenges import read_challenges, waiting_challenges
    from territory.changes.costing import cost_challenges
    from territory.changes.decisions import read_decisions, with_entry, write_decisions
    from territory.inputs.cells import write_table
    from territory.publish.folder import read_plan
    from territory.whole import whole_files

    place = plan_folder(folder)
    target = review_folder(place, review)
    plan = read_plan(place)
    record = read_decisions(target)
    asked = record[record["kind"].eq("challenge")]
    known = asked[["account_id", "to", "asked_by"]].itertuples(index=False, name=None)
    new = read_challenges(plan, returned, known=known)
    # Ranked together with those that wait already: only so do their conflicts show.
    table = cost_challenges(plan, [*waiting_challenges(plan, record), *new])
    fresh_ids = {each.id for each in new}
    for row in table[table["challenge"].isin(fresh_ids)].to_dict("records"):
        record = with_entry(
            record,
            _entry(
                who,
                kind="challenge",
                id=row["challenge"],
                decision="received",
                account_id=row["account_id"],
                **{"from": row["planned"], "to": row["wanted"]},
                change_usd=row["change_usd"],
                asked_by=row["name"],
                asked_why=row["reason"],
            ),
        )
    with whole_files(target) as fresh:
        write_table(table, fresh / "challenges.csv")
    write_decisions(target, record)
    if console.machine:
        console.json({"challenges": table.to_dict("records"), "folder": str(target)})
        return 0
    rows: list[list[str | Cell]] = [
        [
            str(row["challenge"]),
            str(row["account_id"]),
            f"{row['planned']} → {row['wanted']}",
            str(row["name"]),
            f"{row['change_usd']:+,.0f}",
            Cell(str(row["verdict"]), alarming=bool(row["n_broken"])),
            str(row["conflicts_with"]),
        ]
        for row in table.to_dict("records")
    ]
    header = ["ID", "Account", "Move", "By", f"{code()}/year", "Verdict", "Conflicts"]
    if rows:
        console.table(header, rows, text_columns=7)
    old = len(rows) - len(new)
    told = f"{counted(len(new), 'new challenge')}"
    console.data(told + (f", {old:,} undecided from before" if old else ""))
    for row in table[table["n_broken"].gt(0)].head(10).to_dict("records"):
        console.data(visible(f"{row['challenge']} breaks {row['breaks']}"))
    console.data(f"written    {visible(str(shown(target / 'challenges.csv')))}")
    return 0


def _decide(
    console: Console,
    folder: Path,
    challenge: str,
    *,
    accept: bool,
    why: str,
    review: Path | None,
    who: tuple[str, str | None],
    force: bool,
) -> int:
    from territory.changes.decisions import (
        read_decisions,
        refuse_overtaken,
        with_entry,
        write_decisions,
    )
    from territory.publish.folder import read_plan, save_plan

    place = plan_folder(folder)
    target = review_folder(place, review)
    record = read_decisions(target)
    asked = record[record["kind"].eq("challenge") & record["id"].eq(challenge)]
    if asked.empty:
        known = ", ".join(record.loc[record["kind"].eq("challenge"), "id"].unique()[:8])
        hint = f"there are: {known}" if known else "`territory challenges` reads returned sheets"
        raise InputError(Message(f"there is no challenge {challenge}", hint=hint))
    last = asked.iloc[-1]
    if last["decision"] != "received":
        raise InputError(
            Message(f"{challenge} was {last['decision']} on {last['when']} by {last['who']}")
        )
    decision = "accepted" if accept else "declined"
    kept = {
        name: last[name]
        for name in ("account_id", "from", "to", "change_usd", "asked_by", "asked_why")
    }
    entry = _entry(who, kind="challenge", id=challenge, decision=decision, why=why, **kept)
    record = with_entry(record, entry)
    if accept:
        before = read_plan(place)
        moved = _moved(before, last, entry, force=force)
        refuse_overtaken(target, record)
        save_plan(moved, place, instead_of=before)
    write_decisions(target, record)
    console.data(
        visible(f"{decision}   {challenge}: {last['account_id']} {last['from']} → {last['to']}")
    )
    return 0


def _moved(plan: Plan, asked: pd.Series, entry: dict[str, object], *, force: bool) -> Plan:
    """Return the plan with the account moved and the edit on record; refuse broken rules."""
    from territory.changes.accepted import accepted
    from territory.encoding.desk.desk import Desk
    from territory.encoding.desk.named import Move
    from territory.review.ledger.ledger import ledger_of

    desk = Desk(plan)
    what = desk.ids.of_account(str(asked["account_id"]))
    ledger = ledger_of(desk, [Move(to=str(asked["to"]), what=(what,))], tours=False)
    if ledger.broken and not force:
        raise InfeasibleError(
            Message(
                f"not accepted: it would break {counted(len(ledger.broken), 'rule')}",
                evidence=ledger.broken,
                hint="move something else along first, decline it, or add --force",
            )
        )
    record = {name: str(entry[key]) for name, key in _ON_RECORD}
    return accepted(plan, ledger.after, [(ledger.moves[0], record)], when=str(entry["when"]))


_ON_RECORD = (("by", "who"), ("why", "why"), ("challenge", "id"))


def _state(
    console: Console,
    folder: Path,
    to: str,
    *,
    why: str,
    review: Path | None,
    who: tuple[str, str | None],
) -> int:
    from territory.changes.decisions import (
        agreed_on,
        open_challenges,
        read_decisions,
        state_of,
        territories_of,
        with_entry,
        write_decisions,
    )
    from territory.publish.folder import read_plan

    place = plan_folder(folder)
    target = review_folder(place, review)
    record, now = read_decisions(target), territories_of(read_plan(place))
    if to:
        entry = _entry(who, kind="state", id=now, decision=to.replace("-", " "), why=why)
        record = with_entry(record, entry)
        write_decisions(target, record)
    waiting = open_challenges(record)
    changed = agreed_on(record) not in {"", now}
    if console.machine:
        console.json({"state": state_of(record), "open": waiting, "changed": changed})
        return 0
    console.data(f"state      {state_of(record)}")
    if changed:
        console.data("changed    the plan was changed since it was agreed")
    if waiting:
        console.data(f"open       {', '.join(waiting)}")
    return 0
