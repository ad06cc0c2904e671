"""Small changes in a row of squares: nested, by every rule, counted again; and leaving it alone."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import networkx
import numpy as np
import pandas as pd
import pytest

import solvers
import territory
from territory.errors import InputError
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.scenario.workforce import ResponseKeys
from territory.monitor.realign import frontier as frontier_module
from territory.monitor.realign.answer import accounts_now, answer_shocks, realign
from territory.monitor.realign.frontier import Sought, frontier_of
from territory.monitor.realign.shocks import Shock, hit_by, read_shocks
from territory.monitor.realign.standing import standing_of
from territory.monitor.realign.waiting import waiting_of
from territory.publish.folder import read_plan, save_plan
from tests.territory.plans import balanced_plan
from tests.territory.worlds import grid_scenario

ACCOUNTS = 16
RULES = """
[rules]
pinned = [{territory = "T02", accounts = ["A07"]}]
keep_idn_whole = ["Whole"]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    """Two rows of eight squares, two territories side by side, and the plan of them."""
    path = grid_scenario(tmp_path_factory.mktemp("grid"), columns=8, extra=RULES)
    scenario = read_scenario(path)
    text = (path.parent / "accounts.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    at = lines[0].split(",").index("idn")
    for row in (1, 2):  # A00 and A01 are one system
        cells = lines[row].split(",")
        cells[at] = "Whole"
        lines[row] = ",".join(cells)
    (path.parent / "accounts.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return territory.design(scenario), scenario


def shifted(plan, **potential):
    """Today's accounts of a plan, with other potentials."""
    accounts = plan.accounts.copy()
    for name, value in potential.items():
        accounts.loc[accounts["account_id"] == name, "potential_usd"] = value
    return accounts


@pytest.fixture(scope="module")
def west(made):
    """More potential in the west than its band allows."""
    plan, _ = made
    return shifted(plan, A02=1600.0, A03=1600.0, A12=1600.0)


def test_no_moves_is_the_plan_itself(made):
    plan, scenario = made
    found = frontier_of(standing_of(plan, scenario, plan.accounts), max_moves=0)
    assert [step.n_accounts for step in found.steps] == [0]
    again = found.standing.plan_with(found.steps[0].assignment)
    assert again.alignment["territory_id"].tolist() == plan.alignment["territory_id"].tolist()
    for name in ("workload_h", "potential_usd", "travel_h"):
        assert again.territories[name].tolist() == pytest.approx(plan.territories[name].tolist())


def test_moves_lessen_what_is_outside_and_leave_territories_whole(made, west):
    plan, scenario = made
    found = frontier_of(standing_of(plan, scenario, west), max_moves=3)
    assert found.steps[0].outside == 2
    assert found.steps[-1].excess < found.steps[0].excess
    edges = list(zip(plan.adjacency["unit_a"], plan.adjacency["unit_b"], strict=True))
    for step in found.steps:
        units = np.array(found.standing.unit_ids)
        for each in range(2):
            own = units[step.assignment[: units.size] == each]
            assert networkx.is_connected(networkx.Graph(edges).subgraph(own))


def test_each_step_but_one_that_stands_alone_stands_on_the_one_before(made, west):
    plan, scenario = made
    steps = frontier_of(standing_of(plan, scenario, west), max_moves=3).steps
    for before, after in pairwise(each for each in steps if each.nested):
        assert after.moves[: len(before.moves)] == before.moves
        assert (before.assignment != after.assignment).sum() == 1


def test_the_plan_after_moves_counts_what_the_step_says(made, west, tmp_path):
    plan, scenario = made
    frontier = frontier_of(standing_of(plan, scenario, west), max_moves=2)
    step = frontier.steps[-1]
    found = frontier.standing.plan_with(step.assignment)
    assert found.record.totals["moved_accounts"] == step.n_accounts > 0
    assert found.record.bound is None
    moved = found.accounts["territory_id"] != found.accounts["current_territory_id"]
    assert int(moved.sum()) == step.n_accounts
    for at, measure in enumerate(("workload_h", "potential_usd")):
        said = step.deviations[:, frontier.standing.measures.index(measure)]
        assert found.territories[f"{measure}_deviation"].to_numpy() == pytest.approx(
            said, abs=1e-5
        ), at
    again = read_plan(save_plan(found, tmp_path / "plan"))
    assert again.alignment["territory_id"].tolist() == found.alignment["territory_id"].tolist()
    assert any("nothing is proved" in note for note in again.record.notes)


def test_the_ledger_adds_up_to_what_two_full_judgements_differ_by(made, west):
    plan, scenario = made
    frontier = frontier_of(standing_of(plan, scenario, west), max_moves=3)
    rows, problem = frontier.ledger(), frontier.standing.problem
    first, last = (
        solvers.evaluate(problem, frontier.steps[at].assignment).objective for at in (0, len(rows))
    )
    parts = ["travel_usd_y", "splits_usd_y", "borders_usd_y", "handover_usd"]
    assert rows[parts].to_numpy().sum() == pytest.approx(last - first)
    assert (rows["handover_usd"] > 0).all()


def test_a_move_breaks_no_rule_of_the_scenario(made, monkeypatch):
    plan, scenario = made
    # No four moves can bring all that into bands: that is proved, and nobody looks for them.
    monkeypatch.setattr(frontier_module, "nearest", lambda *args, **keys: pytest.fail("looked for"))
    # All potential in the two accounts that must stay, and in one that is pinned.
    heavy = shifted(plan, A00=9000.0, A01=9000.0, A07=9000.0)
    frontier = frontier_of(standing_of(plan, scenario, heavy), max_moves=4)
    for step in frontier.steps:
        after = frontier.standing.plan_with(step.assignment).accounts.set_index("account_id")
        assert after.loc["A07", "territory_id"] == "T02"
        assert after.loc["A00", "territory_id"] == after.loc["A01", "territory_id"]
    # A rule whose accounts have closed is no rule any more.
    gone = heavy.assign(here=~heavy["account_id"].isin(["A00", "A01", "A07"]))
    assert len(standing_of(plan, scenario, gone).unit_ids) == ACCOUNTS


def test_a_set_that_leaves_territories_outside_is_not_said_to_bring_them_in(made, west):
    plan, scenario = made
    answer = realign(plan, scenario, west, max_moves=2, quarters=4)
    steps = answer.frontier.steps
    out = tuple(replace(each, outside=1, nested=False) for each in steps[1:])
    left = replace(answer, frontier=replace(answer.frontier, steps=(steps[0], *out)))
    said = "\n".join(left.words())
    assert left.frontier.into_bands is None
    assert "brings all territories in" not in said
    counts = ", ".join(str(len(each.moves)) for each in out)
    assert f"At {counts} moves another set leaves clearly less outside" in said
    single = replace(out[0], moves=out[0].moves[:1])
    one = replace(answer, frontier=replace(answer.frontier, steps=(steps[0], single)))
    assert "At 1 move another set" in "\n".join(one.words())
    done = replace(answer.frontier, steps=(steps[0], *(replace(each, outside=0) for each in out)))
    said = "\n".join(replace(answer, frontier=done).words())
    assert f"The set of {len(out[0].moves)} move" in said
    assert "that brings all territories in stands alone" in said


def test_what_single_moves_cannot_mend_an_exchange_does(made):
    plan, scenario = made
    strict = scenario.but(
        "measures.workload_h.tolerance=0.06", "measures.potential_usd.tolerance=0.1"
    )
    owner = plan.accounts.set_index("account_id")["territory_id"]
    rich = {name: 1900.0 for name in ("A03", "A02") if owner[name] == "T01"}
    standing = standing_of(plan, strict, shifted(plan, **rich, A14=400.0, A04=700.0))
    frontier = frontier_of(standing, max_moves=6)
    assert frontier.steps[0].outside > 0
    assert frontier.steps[-1].outside == 0


def test_an_account_that_is_new_is_as_far_as_its_place_and_one_without_a_place_stays(made):
    plan, scenario = made
    far = plan.accounts.iloc[[0]].assign(
        account_id="NEW", unit_id="U07", territory_id="T02", lon=-98.5, lat=31.9, minutes=np.nan,
        travel_h=np.nan, nights=np.nan, travel_factor=np.nan, handover_usd=np.nan, idn="",
        hop_min=np.nan, on_site_min=np.nan, exception=False,
    )  # fmt: skip
    lost = far.assign(account_id="LOST", unit_id="", lon=np.nan, lat=np.nan, travel_h=3.0)
    accounts = pd.concat([plan.accounts, far, lost], ignore_index=True)
    standing = standing_of(plan, scenario, accounts)
    rows = standing.opened.case.accounts.set_index("account_id")
    at = {name: row for row, name in enumerate(rows.index)}
    hours = standing.opened.roads.hours
    assert hours[at["NEW"], 0] > hours[at["NEW"], 1] > 0
    assert standing.encoding.item_of_account[at["NEW"]] == standing.unit_ids.index("U07")
    assert hours[at["LOST"], 1] == 3.0
    assert standing.encoding.item_of_account[at["LOST"]] >= len(standing.unit_ids)


def test_a_balanced_plan_is_left_alone(made):
    plan, scenario = made
    found = realign(plan, scenario, plan.accounts, max_moves=5)
    assert found.waiting.best == 0
    assert found.words()[0].startswith("Leave it")
    assert not any("proved" in line for line in found.words())  # nothing is outside
    none = realign(plan, scenario, plan.accounts, max_moves=0)
    assert none.words()[0].startswith("Leave it: there are no moves to compare it with")


def test_what_is_proved_of_the_moves_is_said_in_words(made, west):
    plan, scenario = made
    found = realign(plan, scenario, west, max_moves=3)
    words = " ".join(found.words())
    best = found.table().loc[lambda rows: rows["n_moves"] > 0, "proved_best"]
    assert best.iloc[0]
    assert "it is proved that no set of as many leaves less outside the bands" in words
    assert ("paths followed side by side" in words) == (len(best) > 1 and not best.all())


def test_moving_is_worth_it_only_when_waiting_costs_more_than_noise(made):
    plan, scenario = made
    more = plan.accounts.copy()
    more.loc[more["territory_id"] == "T01", "service_h"] *= 2.0
    frontier = frontier_of(standing_of(plan, scenario, more), max_moves=3)
    rng = np.random.default_rng(1)
    common = {"sd_q": 0.01, "response": ResponseKeys(), "rng": rng}
    cheap = waiting_of(frontier, sales_per_h=0.0, **common)
    dear = waiting_of(frontier, sales_per_h=1e5, **common)
    assert cheap.best == 0
    assert dear.best > 0
    assert dear.words.startswith("Move")


def test_shocks_change_whom_they_name_and_nobody_else():
    plan = balanced_plan()
    shock = Shock(kind="competitor", idn="Mercy, <Inc>", share=0.3)
    hit = hit_by(plan, (shock,), {})
    inside = (plan.accounts["idn"] == "Mercy, <Inc>").to_numpy()
    ratio = hit.accounts["potential_usd"] / plan.accounts["potential_usd"]
    assert ratio[inside].to_numpy() == pytest.approx(0.7)
    assert ratio[~inside].to_numpy() == pytest.approx(1.0)
    assert hit.effect["n_accounts"].sum() == inside.sum()


def test_a_shock_that_hits_nobody_names_what_there_is():
    shock = Shock(kind="gpo_lost", gpo="Vizent")
    with pytest.raises(InputError) as found:
        hit_by(balanced_plan(), (shock,), {})
    assert 'gpo "Vizent"' in str(found.value)


@pytest.mark.parametrize(
    ("shock", "said"),
    [
        ({"kind": "closed", "accounts": ("A-99",)}, 'no account has account_id "A-99"'),
        ({"kind": "price_cut", "types": ("hospitl",)}, 'no account has type "hospitl"'),
        ({"kind": "competitor", "territory": "T99"}, 'the plan has no territory "T99"'),
        ({"kind": "rep_exit"}, "names no territory"),
    ],
)
def test_every_name_of_a_shock_is_looked_up(shock, said):
    plan = balanced_plan()
    first = str(plan.accounts["account_id"].iloc[0])
    if "accounts" in shock:
        shock = {**shock, "accounts": (first, "A-99")}
    with pytest.raises(InputError) as found:
        hit_by(plan, (Shock(**shock),), {})
    assert said in str(found.value)


def test_names_that_nobody_bears_together_hit_nobody_and_two_shocks_on_one_say_so():
    plan = balanced_plan()
    first, other = plan.accounts["account_id"].iloc[0], plan.accounts["territory_id"].iloc[-1]
    assert plan.accounts["territory_id"].iloc[0] != other
    with pytest.raises(InputError, match="an account must meet all"):
        hit_by(plan, (Shock(kind="closed", accounts=(first,), territory=other),), {})
    twice = Shock(kind="price_cut", share=0.5)
    words = hit_by(plan, (Shock(kind="closed", accounts=(first,)), twice), {}).words
    assert "1 account of them is hit by a shock above too" in words[1]


def test_a_vacancy_is_priced_with_and_without_cover(made):
    plan, scenario = made
    found = answer_shocks(
        plan, scenario, [Shock(kind="rep_exit", territory="T01", months=6)], max_moves=2
    )
    effect = found.hit.effect.set_index("territory_id")["n_accounts"]
    assert effect.to_dict() == {
        "T01": int((plan.accounts["territory_id"] == "T01").sum()),
        "T02": 0,
    }
    cost = found.answers.set_index("answer")["cost_usd"]
    sales = plan.accounts.loc[plan.accounts["territory_id"] == "T01", "revenue_usd"].sum()
    assert cost["leave it"] == pytest.approx(0.5 * 0.6 * sales, rel=0.2)
    assert found.answers["cost_usd"].iloc[0] <= cost["leave it"]
    assert not found.answers["answer"].str.startswith("1 moves").any()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[shock]]\nkind = "earthquake"\n', 'shock entry 1 kind is "earthquake"; expected one of'),
        ('[[shock]]\nkind = "price_cut"\nshare = 15\n', "for 15 percent write 0.15"),
        ('[[shock]]\nkind = "closed"\nloss = 1\n', "loss = 1 is an unknown key; allowed"),
        ('[[shock]]\nkind = "price_cut"\nshare = 0.0\n', "share is 0, which takes nothing"),
        (
            '[[shock]]\nkind = "closed"\naccounts = ["A01"]\nshare = 0.5\n',
            "says nothing of a shock of kind closed",
        ),
        (
            '[[shock]]\nkind = "rep_exit"\nterritory = "T01"\ntypes = ["asc"]\n',
            "says nothing of a shock of kind rep_exit",
        ),
        (
            '[[shock]]\nkind = "gpo_lost"\ngpo = "Vizient"\nmonths = 3.0\n',
            "says nothing of a shock of kind gpo_lost",
        ),
        ("shock = 3\n", "shock is 3; expected a list"),
        ("x = 1\n", "has no [[shock]]"),
        ("[[shock]\n", "shock.toml"),
    ],
)
def test_a_shock_file_that_makes_no_sense_is_refused(tmp_path: Path, text, said):
    path = tmp_path / "shock.toml"
    path.write_text(text)
    with pytest.raises(InputError) as found:
        read_shocks(path)
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("outside", "asked", "far"),
    [
        ([4.0, 3.0, 2.2, 1.6, 1.2], 4, False),  # two moves more would do
        ([4.0, 3.9, 3.8, 3.7, 3.6], 4, True),  # 27 more
        ([4.0, 3.9, 3.8, 3.7, 3.6], 9, False),  # single moves help no further: the engine may
        ([4.0, 4.0], 1, True),
    ],
)
def test_the_engine_is_not_asked_for_bands_that_are_far(outside, asked, far):
    steps = [SimpleNamespace(excess=each) for each in outside]
    assert frontier_module._far(steps, asked) is far


def test_todays_accounts_are_read_in_the_companys_own_currency_and_spelling(made, tmp_path):
    plan, scenario = made
    now = plan.accounts[["account_id", "lon", "lat", "service_h", "n_calls"]].copy()
    now["Potential PLN"] = plan.accounts["potential_usd"] * 2.0
    now.to_csv(tmp_path / "now.csv", index=False)
    with pytest.raises(InputError, match="the plan reckons in USD"):
        accounts_now(plan, tmp_path / "now.csv", scenario)
    own = scenario.but('currency="PLN"')
    found, _ = accounts_now(plan, tmp_path / "now.csv", own)
    assert found["potential_usd"].to_numpy() == pytest.approx(
        2.0 * plan.accounts["potential_usd"].to_numpy()
    )


def test_a_frontier_ends_before_a_move_that_puts_a_territory_outside_again():
    # "9 moves would bring all of them in" and "after 10 moves, still outside" stood side by side.
    steps = [SimpleNamespace(outside=each) for each in (3, 1, 0, 0, 1, 0)]
    assert frontier_module._until_inside(steps) == steps[:4]
    assert frontier_module._until_inside(steps[:2]) == steps[:2]
    assert frontier_module._until_inside(steps[2:4]) == steps[2:4]


@pytest.mark.parametrize(
    ("sought", "asked", "said"),
    [
        (Sought.PROVED, 2, "It is proved that 2 moves cannot bring all inside."),
        (Sought.MISSED, 2, "found none; that there is none is not proved"),
        (Sought.MISSED, 9, "No further single move helps. The engine looked"),
        (Sought.FAR, 2, "was not looked for and is not known: at the rate of the last moves about"),
    ],
)
def test_what_moves_leave_outside_is_told_with_what_was_done_and_is_not_known(
    made, west, sought, asked, said
):
    plan, scenario = made
    found = frontier_of(standing_of(plan, scenario, west), max_moves=2)
    assert found.sought is Sought.NEEDLESS
    assert found.words_of_outside() == ""
    steps = [replace(each, outside=1, excess=1.0 / (1 + len(each.moves))) for each in found.steps]
    left = replace(found, steps=tuple(steps), sought=sought, asked=asked)
    assert said in left.words_of_outside()


def test_a_search_that_was_made_proved_needless_or_given_up_is_told_apart(made, west, monkeypatch):
    plan, scenario = made
    heavy = shifted(plan, A00=9000.0, A01=9000.0, A07=9000.0)
    proved = frontier_of(standing_of(plan, scenario, heavy), max_moves=2)
    assert proved.sought is Sought.PROVED
    assert "It is proved that 2 moves cannot" in proved.words_of_outside()
    # One move is too few here; without the proofs nobody knows that.
    monkeypatch.setattr(frontier_module, "_least", lambda *args: None)
    monkeypatch.setattr(frontier_module, "fewest_moves", lambda *args: 0)
    monkeypatch.setattr(frontier_module, "nearest", lambda problem, start, **keys: start)
    standing = standing_of(plan, scenario, west)
    for far, sought in ((False, Sought.MISSED), (True, Sought.FAR)):
        monkeypatch.setattr(frontier_module, "_far", lambda *args, far=far: far)
        assert frontier_of(standing, max_moves=1).sought is sought
