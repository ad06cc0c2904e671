"""What `territory cover` does: who takes over a territory while its seat is empty."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from territory.cli.console import Console
from territory.cli.live.rollout_commands import reps_of
from territory.cli.options import Json, PlanFolder, machine, plan_folder
from territory.currency import money
from territory.errors import InputError
from territory.messages import Message, counted, quoted, visible

__all__ = ["commands"]

commands = typer.Typer()
_SHOWN = 12


@commands.command()
def cover(
    context: typer.Context,
    plan: PlanFolder,
    *,
    territory: Annotated[str, typer.Option(metavar="ID", help="The territory to cover.")],
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day: 2027-03-01.")],
    last: Annotated[str, typer.Option("--until", metavar="DAY", help="Last day: 2027-05-31.")],
    scenario: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its keys. [default: those the plan was made by]"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV of all accounts to write.")
    ] = None,
    json: Json = False,
) -> int:
    """Propose who takes over a vacant territory meanwhile, until when and at what cost."""
    console = machine(context, json)
    return _cover(console, plan, scenario, territory, _day("from", first), _day("until", last), out)


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            Message(f"--{option} is {quoted(text)}; expected a day", hint="write it as 2027-03-01")
        ) from None


def _cover(
    console: Console,
    folder: Path,
    scenario: Path | None,
    territory: str,
    first: date,
    last: date,
    out: Path | None,
) -> int:
    from territory.encoding.reopen import scenario_of
    from territory.inputs.cells import write_table
    from territory.inputs.scenario.scenario import read_scenario
    from territory.publish.folder import read_plan
    from territory.workforce.people.cover import propose_cover

    plan = read_plan(plan_folder(folder))
    keys = scenario_of(plan) if scenario is None else read_scenario(scenario)
    # The plan keeps no dates of its reps.
    reps = reps_of(keys) if keys.path.is_file() else None
    found = propose_cover(plan, keys, territory, first=first, last=last, reps=reps)
    if out is not None:
        if out.exists():
            raise InputError(Message(f"{out} exists", hint="name another file with --out"))
        write_table(found.accounts, out)
    left = found.uncovered
    if console.machine:
        console.json(
            {
                "status": "done",
                "territory_id": territory,
                "first": first.isoformat(),
                "last": last.isoformat(),
                "cost_usd": found.cost_usd,
                "dates_known": reps is not None,
                "reps": found.reps.to_dict("records"),
                "uncovered": left["account_id"].tolist(),
                "uncovered_potential_usd": float(left["potential_usd"].sum()),
            }
        )
        return 0
    console.data(visible(f"cover of {territory} from {first} until {last}"))
    rows = [
        [
            visible(str(row["territory_id"])),
            visible(str(row["rep_id"])),
            f"{row['n_accounts']:,}",
            f"{row['hours']:,.0f}",
            f"{row['slack_h']:,.0f}",
            f"{row['left_h']:,.0f}",
        ]
        for row in found.reps.to_dict("records")
    ]
    console.table(["ID", "Rep", "Accounts", "Hours", "Slack (h)", "Left (h)"], rows, text_columns=2)
    way = "less" if found.cost_usd < 0 else "more"
    cost = money(abs(found.cost_usd))
    console.data(f"cost {cost} {way} of travel than the seat itself in that time")
    if len(left):
        console.data(
            f"nobody has the hours for {counted(len(left), 'account')} "
            f"({money(left['potential_usd'].sum())} a year): "
            f"{visible(', '.join(left['account_id'].head(_SHOWN)))}"
        )
    if reps is None:
        console.data("who is on leave, begins or ends in that time is not known: no reps table")
    if out is not None:
        console.data(visible(f"accounts  {out}"))
    return 0
