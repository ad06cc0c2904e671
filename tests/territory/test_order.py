"""Order of rows, names of columns and units of measures change nothing: one plan, byte for byte."""

import csv
import random
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import territory
from territory.cli.app import run
from territory.cli.console import Console
from tests.territory.worlds import grid_scenario

ROOT = Path(__file__).resolve().parents[2]
TABLES = ("alignment.csv", "accounts.csv", "territories.csv", "adjacency.csv")
BALANCED = "".join(
    f"[measures.{name}]\ntolerance = 0.25\n" for name in ("workload_h", "potential_usd", "sets")
)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    return head, rows


def write(path, head, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def rows_shuffled(scenario, tables):
    for at, table in enumerate(sorted(tables.glob("*.csv"))):
        head, rows = read(table)
        random.Random(at + 1).shuffle(rows)
        write(table, head, rows)


def columns_shuffled(scenario, tables):
    for at, table in enumerate(sorted(tables.glob("*.csv"))):
        head, rows = read(table)
        order = list(range(len(head)))
        random.Random(at + 7).shuffle(order)
        write(table, [head[j] for j in order], [[row[j] for j in order] for row in rows])


def columns_renamed(scenario, tables):
    """Give every column of every table a name that means nothing, and map all of them."""
    text = scenario.read_text(encoding="utf-8")
    for table in sorted(tables.glob("*.csv")):
        if table.name == "deals.csv":  # named by a key of its own, without a mapping
            continue
        head, rows = read(table)
        names = {name: f"Field {at}" for at, name in enumerate(head)}
        write(table, list(names.values()), rows)
        mapping = ", ".join(f'{ours} = "{theirs}"' for ours, theirs in names.items())
        pattern = rf'^(\w+) = "([\w/]*{re.escape(table.name)})"$'
        named = f'{table.name}"' in text  # others stand beside it for other scenarios
        text, n = re.subn(
            pattern, rf'\1 = {{file = "\2", columns = {{{mapping}}}}}', text, flags=re.MULTILINE
        )
        assert n == named, table
    scenario.write_text(text, encoding="utf-8")


def all_at_once(scenario, tables):
    rows_shuffled(scenario, tables)
    columns_renamed(scenario, tables)
    columns_shuffled(scenario, tables)


def scaled(column, factor):
    def change(scenario, tables):
        head, rows = read(tables / "accounts.csv")
        at = head.index(column)
        for row in rows:
            row[at] = repr(float(row[at]) * factor) if row[at] else ""
        write(tables / "accounts.csv", head, rows)

    return change


def grid(folder):
    """A grid of 3 by 4 units with three measures; what is drawn is the same in every run."""
    drawn = random.Random(5)
    accounts = [
        {
            "account_id": f"A{r}{c}",
            "name": f"Clinic {r}{c}",
            "type": drawn.choice(["clinic", "hospital"]),
            "lon": round(-99.9 + 0.2 * c, 6),
            "lat": round(31.9 - 0.2 * r, 6),
            "service_h": round(drawn.uniform(10, 40), 1),
            "n_calls": drawn.randrange(4, 30),
            "potential_usd": round(drawn.uniform(50_000, 150_000), 2),
            "revenue_usd": round(drawn.uniform(0, 40_000), 2),
            "tenure_y": drawn.randrange(0, 9),
            "idn": drawn.choice(["", "North Health"]),
            "tier": drawn.choice("ABC"),
            "sets": drawn.randrange(2, 40),
            "zone": drawn.choice(["east", "west"]),
            "buyer": drawn.choice(["board", "surgeon"]),
        }
        for r in range(3)
        for c in range(4)
    ]
    alignment = [
        {"account_id": row["account_id"], "territory_id": drawn.choice(["T01", "T02"])}
        for row in accounts
    ]
    return grid_scenario(
        folder, columns=4, rows=3, accounts=accounts, alignment=alignment, extra=BALANCED
    )


FIRM = """
[capacity]
year_from = "2026-01-01"
[review]
competitor_column = "rivals_usd"
[quotas]
growth = 0.05
deals = "deals.csv"
sales_cycle_months = {other = 6}
[pay]
base_usd = 80_000
target_incentive_usd = 40_000
new_logo = {usd = 500, by_tier = {A = 900}, gpo_usd = 700}
strategic = {share = 0.02, products = ["x"], tiers = ["A", "B"]}
[pay.roles.hunter]
base_usd = 70_000
"""


def firm(folder):
    """The grid with every other table: history by product, owners, deals, people's dates, roles."""
    path = grid(folder)
    drawn = random.Random(9)
    head, rows = read(folder / "accounts.csv")
    ids = [row[head.index("account_id")] for row in rows]
    rivals = [[*row, str(drawn.randrange(100, 9000))] for row in rows]
    write(folder / "accounts.csv", [*head, "rivals_usd"], rivals)
    write(
        folder / "history.csv",
        ["account_id", "period", "product", "revenue_usd"],
        [[each, f"{year}-Q{q}", product, f"{drawn.uniform(50, 5000):.2f}"]
         for each in ids[:10] for year in (2024, 2025) for q in range(1, 5) for product in "xy"],
    )  # fmt: skip
    write(
        folder / "affiliations.csv",
        ["account_id", "gpo"],
        [[each, drawn.choice(["East Group", "West Group"])] for each in ids[:6]],
    )
    write(
        folder / "deals.csv",
        ["account_id", "opened", "closed", "status"],
        [[drawn.choice(ids), "2025-01-01", f"2025-0{drawn.randrange(2, 10)}-15",
          drawn.choice(["won", "won", "lost"])] for _ in range(60)],
    )  # fmt: skip
    head, rows = read(folder / "reps.csv")
    more = [["2026-03-01", "2026-04-15", "4", "hunter"], ["", "", "", ""]]
    people = ["leave_from", "leave_to", "pto_days", "role"]
    write(
        folder / "reps.csv",
        [*head, *people],
        [[*row, *each] for row, each in zip(rows, more, strict=True)],
    )
    text = path.read_text(encoding="utf-8")
    tables = 'history = "history.csv"\naffiliations = "affiliations.csv"\n'
    text = text.replace("[inputs]\n", f"[inputs]\n{tables}", 1)
    path.write_text(text + FIRM, encoding="utf-8")
    return path


def demo(folder):
    shutil.copytree(ROOT / "scenarios" / "texas_ortho", folder / "texas_ortho")
    text = (ROOT / "scenarios" / "texas_ortho.toml").read_text(encoding="utf-8")
    path = folder / "texas_ortho.toml"
    path.write_text(text.replace('effort = "normal"', 'effort = "quick"'), encoding="utf-8")
    return path


WORLDS = {"grid": (grid, "."), "firm": (firm, "."), "demo": (demo, "texas_ortho")}


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """A world's plan, with its tables as they are or changed; each is designed once."""
    known = {}

    def plan_of(world, name, change=None):
        if (world, name) not in known:
            folder = tmp_path_factory.mktemp(f"{world}_{name}")
            build, tables = WORLDS[world]
            scenario = build(folder / "in")
            if change is not None:
                change(scenario, folder / "in" / tables)
            # Its tables are compared: no page is drawn beside them.
            made = territory.read_scenario(scenario).but("outputs.formats=[]")
            territory.design(made).save(folder / "plan")
            known[world, name] = folder / "plan"
        return known[world, name]

    return plan_of


def written(folder):
    return {name: (folder / name).read_bytes() for name in TABLES}


@pytest.mark.parametrize(
    ("world", "change"),
    [
        ("grid", rows_shuffled),
        ("grid", columns_shuffled),
        ("grid", columns_renamed),
        ("grid", all_at_once),
        pytest.param("demo", all_at_once, marks=pytest.mark.slow),
    ],
)
def test_the_order_of_rows_and_columns_and_their_names_change_nothing(plans, world, change):
    assert written(plans(world, change.__name__, change)) == written(plans(world, "as_it_is"))


def test_money_does_not_depend_on_the_order_and_names_of_any_table(plans):
    folders = plans("firm", "as_it_is"), plans("firm", "all_at_once", all_at_once)
    for folder in folders:
        for command in ("quotas", "forecast", "pay"):
            assert run([command, str(folder)], Console()) == 0
    one, other = folders
    names = sorted(path.name for path in one.glob("*.csv") if path.name != "audit.csv")
    assert {"quotas.csv", "quotas_by_quarter.csv", "forecast.csv", "pay.csv"} <= set(names)
    for name in names:
        assert (other / name).read_bytes() == (one / name).read_bytes(), name


@pytest.mark.parametrize(
    ("world", "column", "factor"),
    [
        ("grid", "sets", 1000.0),
        ("grid", "sets", 0.037),
        ("grid", "potential_usd", 2.0),
        ("grid", "potential_usd", 7.31),
        ("grid", "potential_usd", 0.001),
    ],
)
def test_a_measure_in_another_unit_gives_the_same_plan(plans, world, column, factor):
    plain = plans(world, "as_it_is")
    other = plans(world, f"{column}_{factor:g}", scaled(column, factor))
    for name in ("alignment.csv", "adjacency.csv"):
        assert (other / name).read_bytes() == (plain / name).read_bytes()
    one = pd.read_csv(plain / "accounts.csv", dtype=str)
    two = pd.read_csv(other / "accounts.csv", dtype=str)
    # What competitors hold is a share of the potential; `why` names its dollars.
    follows = [name for name in one if name.startswith((column, column.removesuffix("_usd")))]
    follows += ["competitor_usd"] if column == "potential_usd" and "competitor_usd" in one else []
    same = [name for name in one if name not in {*follows, "why"}]
    pd.testing.assert_frame_equal(two[same], one[same])
    for name in follows:
        before, after = one[name].astype(float), two[name].astype(float)
        np.testing.assert_allclose(after, before * factor, rtol=1e-5, atol=0.006 * (1 + factor))
