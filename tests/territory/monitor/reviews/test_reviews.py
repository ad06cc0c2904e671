"""A review ends in decisions: opened with what is red, closed once, followed up in the next."""

import datetime
import tomllib
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from territory.errors import InputError
from territory.inputs.scenario.monitor import EscalationKeys
from territory.monitor.monitoring import monitor
from territory.monitor.reviews.agenda import agenda_of, goal_words, level_after
from territory.monitor.reviews.balanced import AREAS, balanced_scorecard, maturity
from territory.monitor.reviews.fiscal import calendar_quarter, fiscal_words
from territory.monitor.reviews.followed import followed_up, followed_words
from territory.monitor.reviews.noise import noise_of
from territory.monitor.reviews.record import (
    Item,
    Review,
    closed_text,
    names_of,
    read_review,
    read_reviews,
    review_name,
    still_open,
    text_of,
)
from tests.territory.monitor.worlds import steady_sales
from tests.territory.plans import HOSTILE_NAMES, balanced_plan

DAY = datetime.date(2025, 12, 31)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory):
    """A plan one of whose three reps left."""
    folder = tmp_path_factory.mktemp("facts")
    plan = balanced_plan()
    steady_sales(plan).to_csv(folder / "sales.csv", index=False)
    roster = plan.territories[["rep_id", "territory_id"]].assign(
        status=["active", "left", "active"], since="2025-11-03"
    )
    roster.to_csv(folder / "roster.csv", index=False)
    files = {"actuals": folder / "sales.csv", "roster": folder / "roster.csv"}
    return monitor(plan, files, as_of="2025-12-31")


def item(**changes: object) -> Item:
    base = Item(
        key="figure:reach:T01", kind="figure", indicator="reach", level="territory", place="T01",
        answers="rep", value=0.5, noise=0.1, evidence=("reach 50 %",),
    )  # fmt: skip
    return replace(base, **changes)


def review(*items: Item, quarter: str = "2025Q3", closed_on: str = "2025-10-15") -> Review:
    return Review(quarter=quarter, as_of="2025-09-30", closed_on=closed_on, items=items)


def test_a_vacant_territory_is_an_item_of_its_territory_not_of_the_company(found):
    items = agenda_of(found, [], EscalationKeys(), day=DAY)
    keys = {each.key for each in items}
    assert "figure:reps_in_place:T02" in keys
    assert "figure:reps_in_place:company" not in keys
    assert "signal:rep R02:T02" in keys
    assert all(each.evidence and each.owner for each in items)


def test_a_red_figure_that_scatters_says_its_interval_and_how_often_chance_makes_red(found):
    table = found.indicators.copy()
    mine = (table["indicator"] == "sales_change") & (table["id"] == "T02")
    table.loc[mine, ["value", "low", "high", "status"]] = [-0.4, -0.6, -0.2, "red"]
    items = agenda_of(replace(found, indicators=table), [], EscalationKeys(), day=DAY)
    told = next(each.evidence for each in items if each.key == "figure:sales_change:T02")
    assert "80 % interval -60.0 % to -20.0 %" in told[1].replace("\N{MINUS SIGN}", "-")
    assert "one in ten is red by chance, of 3 any in about 27 % of reviews" in told[1]
    assert "-10.8 %: chance alone does so to any of them in fewer" in told[1].replace(
        "\N{MINUS SIGN}", "-"
    )


def test_what_stays_red_goes_up_by_rule(found):
    first = agenda_of(found, [], EscalationKeys(), day=DAY)
    past = [review(*first, quarter="2025Q2"), review(*first)]
    again = {each.key: each for each in agenda_of(found, past, EscalationKeys(), day=DAY)}
    assert again["figure:reps_in_place:T02"].answers == "region"
    assert "red in 3 reviews in a row" in again["figure:reps_in_place:T02"].evidence


def test_an_item_of_a_territory_goes_from_rep_to_company_in_four_reviews(found, tmp_path: Path):
    """By rule where it was decided to wait, by date where the action of each review is overdue."""
    days = ("2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31")
    slow = EscalationKeys(rep_to_district=9, district_to_region=9, region_to_company=9)
    table = found.indicators.copy()
    mine = (table["indicator"] == "sales_change") & (table["id"] == "T01")
    table.loc[mine, ["value", "low", "high", "status"]] = [-0.4, -0.6, -0.2, "red"]
    seen = replace(found, indicators=table)
    act = {"action": "visit", "owner": "Ann", "due": "2025-01-31"}
    for rules, ended in ((EscalationKeys(), {"decision": "wait"}), (slow, act)):
        folder, levels = tmp_path / next(iter(ended)), []
        folder.mkdir()
        for number, day in enumerate(days, start=1):
            name = f"2025Q{number}"
            today = datetime.date.fromisoformat(day)
            earlier = read_reviews(folder, before=name)
            items = agenda_of(seen, earlier, rules, day=today)
            mine = next(each for each in items if each.key == "figure:sales_change:T01")
            levels.append((mine.answers, mine.owner == "head of sales"))
            record = Review(
                quarter=name, as_of=day, closed_on="", opened_with=names_of(items),
                items=tuple(replace(each, **({"owner": each.owner} | ended)) for each in items),
            )  # fmt: skip
            path = folder / f"{name}.toml"
            path.write_text(text_of(record), encoding="utf-8")
            path.write_text(closed_text(record, path, today), encoding="utf-8")
        levels_only = [level for level, _ in levels]
        assert levels_only == ["rep", "district", "region", "company"]
        assert levels[-1][1]


def test_a_review_that_is_still_open_counts_with_what_was_red_and_not_with_how_it_ends(found):
    key = "figure:reps_in_place:T02"
    red, ended = item(key=key, answers="district"), review(item(key=key), quarter="2025Q2")
    late = replace(red, action="hire", owner="Ann", due="2025-11-30")
    green = review(item(), closed_on="")
    for between, answers, said in (
        (review(late, closed_on=""), "region", "red in 3 reviews in a row"),
        (green, "district", ""),
    ):
        found_now = agenda_of(found, [ended, between], EscalationKeys(), day=DAY)
        now = {each.key: each for each in found_now}[key]
        assert now.answers == answers
        told = [words for words in now.evidence if "in a row" in words or "due" in words]
        assert told == ([said] if said else [])


def test_an_overdue_action_goes_up_at_once(found):
    rules = EscalationKeys(rep_to_district=9, district_to_region=9, region_to_company=9)
    key = "figure:reps_in_place:T02"
    late = item(key=key, answers="district", action="hire", owner="Ann", due="2025-11-30")
    done = replace(late, done=True)
    for given, answers in ((late, "region"), (done, "district")):
        items = {each.key: each for each in agenda_of(found, [review(given)], rules, day=DAY)}
        assert items[key].answers == answers


def test_levels_rise_and_end_at_the_company():
    rules = EscalationKeys()
    assert [level_after(n, rules, "rep") for n in (1, 2, 3, 4, 9)] == [
        "rep", "district", "region", "company", "company",
    ]  # fmt: skip
    assert level_after(1, rules, "company") == "company"


def test_a_review_reads_back_as_it_was_written_even_with_hostile_names(tmp_path: Path):
    items = tuple(
        item(key=f"figure:reach:{name}", place=name, evidence=(name, 'quote " and \\ slash'))
        for at, name in enumerate(HOSTILE_NAMES)
    )
    path = tmp_path / "2025Q3.toml"
    path.write_text(text_of(review(*items)), encoding="utf-8", newline="\n")
    assert read_review(path) == review(*items)


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({}, "ends in nothing"),
        ({"action": "call", "due": "2026-01-31"}, "no owner"),
        ({"action": "call", "owner": "Ann", "due": "soon"}, 'due "soon"'),
        ({"escalation": "up", "answers": "company"}, "highest level"),
    ],
)
def test_an_item_that_ends_in_nothing_keeps_the_review_open(tmp_path, changes, lack):
    with pytest.raises(InputError) as refused:
        closed_text(review(item(**changes), closed_on=""), tmp_path / "2025Q3.toml", DAY)
    assert lack in str(refused.value)
    assert "1 item of 1 not ended" in str(refused.value)


def test_decisions_actions_and_escalations_close_it_once(tmp_path: Path):
    ended = review(
        item(decision="leave it"),
        item(key="figure:reach:T02", place="T02", action="hire", owner="Ann", due="2026-01-31"),
        item(key="figure:reach:T03", place="T03", escalation="needs budget"),
        closed_on="",
    )
    path = tmp_path / "2025Q3.toml"
    written = text_of(ended).replace("[[item]]", "# Ann: talk to Bo first\n[[item]]", 1)
    path.write_text(written, encoding="utf-8")
    path.write_text(closed_text(read_review(path), path, DAY), encoding="utf-8")
    assert read_review(path) == replace(ended, closed_on="2025-12-31")
    # Comments and all else that people wrote stay as they were.
    day = 'closed_on = "2025-12-31"'
    assert path.read_text(encoding="utf-8") == written.replace('closed_on = ""', day)
    with pytest.raises(InputError, match="was closed on 2025-12-31"):
        closed_text(read_review(path), path, DAY)


def test_the_next_review_tells_whether_a_figure_moved_beyond_noise(found):
    key = "figure:reps_in_place:T02"
    told = item(key=key, indicator="reps_in_place", place="T02", value=1.0, noise=0.0,
                decision="hire")  # fmt: skip
    became = followed_up(found, [review(told)]).iloc[0]
    assert (became["before"], became["now"], became["moved"]) == (1.0, 0.0, "worse")
    noisy = followed_up(found, [review(replace(told, noise=2.0))]).iloc[0]
    assert noisy["moved"] == "inside the noise"


@pytest.mark.parametrize(
    ("indicator", "steps", "moved"),
    [
        # A green figure that fell is worse all the same, and one beyond its goal may get better.
        ("sales_change", -9.0, "worse"),
        ("sales_change", 9.0, "better"),
        ("sales_change", 0.5, "inside the noise"),
    ],
)
def test_a_figure_is_better_in_the_direction_of_its_goal_and_beyond_what_chance_brings(
    found, indicator, steps, moved
):
    table = found.indicators
    row = table[table["indicator"].eq(indicator) & table["id"].eq("T01")].iloc[0].to_dict()
    noise = noise_of(found, row)
    assert noise > 0
    before = row["value"] - steps * noise
    told = item(key=f"figure:{indicator}:T01", indicator=indicator, value=before, noise=noise,
                decision="wait")  # fmt: skip
    assert followed_up(found, [review(told)])["moved"].tolist() == [moved]


def test_sales_scatter_like_the_pieces_behind_them_and_facts_do_not(found):
    table = found.indicators.set_index(["indicator", "id"])
    rows = found.indicators.to_dict("records")
    at = {(row["indicator"], row["id"]): row for row in rows}
    quarter = found.facts.span.in_quarter()
    pieces = found.facts.by_territory(found.facts.panel.events[:, quarter].sum(axis=1))[0]
    wanted = 1.2816 * (1 + table.at[("sales_change", "T01"), "value"])
    assert noise_of(found, at["sales_change", "T01"]) == pytest.approx(
        wanted * (1.375 * found.judged.chart.phi / pieces) ** 0.5, rel=1e-3
    )
    assert noise_of(found, at["reps_in_place", "T01"]) == 0.0


def test_a_band_is_better_where_it_is_nearer_to_its_goal(found):
    from territory.monitor.reviews.followed import _moved

    told = item(value=-0.12, noise=0.0)
    assert _moved(told, 0.11, 0.0, "band") == "better"
    assert _moved(told, -0.2, 0.0, "band") == "worse"
    assert _moved(told, 0.0, 0.0, "lower") == "worse"
    assert _moved(told, 0.0, float("nan"), "higher") == "not known"


def test_a_rep_who_left_is_still_gone_when_the_sales_show_it(found):
    (left,) = found.judged.signals
    assert left.level == "rep"
    shown = replace(left, level="territory", id=left.territory_ids[0], change=-0.4)
    later = replace(found, judged=replace(found.judged, signals=(shown,)))
    before = item(kind="signal", key=f"signal:rep {left.id}:{left.territory_ids[0]}", decision="x")
    assert followed_up(later, [review(before)])["moved"].tolist() == ["still there"]


def test_a_signal_is_still_there_or_gone(found):
    there = item(key="signal:rep R02:T02", kind="signal", indicator="rep R02", decision="hire")
    gone = replace(there, key="signal:unit 48001:T01")
    assert followed_up(found, [review(there, gone)])["moved"].tolist() == ["still there", "gone"]


def test_what_became_of_an_item_is_a_sentence_with_how_it_ended(found):
    key = "figure:reps_in_place:T02"
    hire = item(key=key, indicator="reps_in_place", place="T02", value=0.0, noise=0.0,
                action="hire", owner="Ann", due="2026-01-31")  # fmt: skip
    away = item(key="signal:rep R02:T02", kind="signal", decision="wait")
    unit = replace(away, key="signal:unit 48201:77030:T01")
    table = followed_up(found, [review(hire, away, unit)])
    assert [followed_words(row) for row in table.to_dict("records")] == [
        "T02 reps_in_place: action “hire” (Ann by 2026-01-31): not done; figure unchanged",
        "T02 rep R02: decision “wait”; the signal is still there",
        "T01 unit 48201:77030: decision “wait”; the signal is gone",
    ]


def test_older_actions_that_wait_are_followed_until_they_are_done(found):
    hire = item(key="figure:reps_in_place:T02", indicator="reps_in_place", place="T02",
                action="hire", owner="Ann", due="2026-01-31")  # fmt: skip
    reviews = [
        replace(review(hire), quarter="2025Q1"),
        replace(review(replace(hire, key="figure:reach:T01", done=True)), quarter="2025Q2"),
        replace(review(), quarter="2025Q3"),
    ]
    table = followed_up(found, reviews)
    assert table[["review", "what"]].to_numpy().tolist() == [["2025Q1", "hire"]]
    again = [*reviews, replace(review(replace(hire, action="", decision="wait")), quarter="2025Q4")]
    assert followed_up(found, again)["review"].tolist() == ["2025Q4"]


def test_what_is_escalated_goes_up_one_level_or_to_the_level_that_was_named(found):
    rules = EscalationKeys(rep_to_district=9, district_to_region=9, region_to_company=9)
    key = "figure:reps_in_place:T02"
    for given, answers in (("needs budget", "region"), ("to the company", "company")):
        before = item(key=key, answers="district", escalation=given)
        items = {each.key: each for each in agenda_of(found, [review(before)], rules, day=DAY)}
        assert items[key].answers == answers
        assert f"escalated: {given}" in items[key].evidence


def test_a_rep_answers_by_name_and_where_none_is_at_work_the_district_does(found):
    items = agenda_of(found, [], EscalationKeys(), day=DAY)
    assert {each.answers for each in items if each.place == "T02"} == {"district"}
    reps = [each for each in items if each.answers == "rep"]
    names = dict(zip(found.facts.plan.territories["territory_id"],
                     found.facts.plan.territories["rep_id"], strict=True))  # fmt: skip
    assert all(names[each.place] in each.owner for each in reps)


def test_only_closed_reviews_before_the_quarter_count(tmp_path: Path):
    for quarter, closed in (("2025Q1", "2025-04-20"), ("2025Q2", ""), ("2025Q4", "2026-01-20")):
        text = text_of(review(item(), quarter=quarter, closed_on=closed))
        (tmp_path / f"{quarter}.toml").write_text(text, encoding="utf-8")
    assert [each.quarter for each in read_reviews(tmp_path, before="2025Q3")] == ["2025Q1"]
    assert still_open(tmp_path, before="2025Q4") == ["2025Q2"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (item(key="figure:reach:T99", decision="x"), "kind, indicator and place say"),
        (item(decision="x"), "stands there twice"),
    ],
)
def test_a_decision_for_an_item_that_is_not_there_is_refused(tmp_path: Path, more, said):
    path = tmp_path / "2025Q3.toml"
    path.write_text(text_of(review(item(decision="wait"), more)), encoding="utf-8")
    with pytest.raises(InputError, match=said):
        read_review(path)


def test_an_item_that_was_taken_out_by_hand_is_missed_at_closing(tmp_path: Path):
    kept, gone = item(decision="wait"), item(key="figure:reach:T02", place="T02")
    path = tmp_path / "2025Q3.toml"
    opened = replace(review(kept, gone, closed_on=""), opened_with=names_of((kept, gone)))
    path.write_text(text_of(opened), encoding="utf-8")
    assert read_review(path) == opened
    path.write_text(text_of(replace(opened, items=(kept,))), encoding="utf-8")
    with pytest.raises(InputError, match="1 item that it was opened with is not there") as refused:
        closed_text(read_review(path), path, DAY)
    assert "territory figure:reach:T02" in str(refused.value)
    # Files of earlier versions do not say what they were opened with.
    older = text_of(replace(opened, items=(kept,), opened_with=()))
    path.write_text(older, encoding="utf-8")
    assert 'closed_on = "2025-12-31"' in closed_text(read_review(path), path, DAY)


def test_a_review_is_not_closed_before_the_day_it_looks_at(tmp_path: Path):
    ended = review(item(decision="wait"), closed_on="")
    with pytest.raises(InputError, match="looks at 2025-09-30"):
        closed_text(ended, tmp_path / "2025Q3.toml", datetime.date(2025, 9, 29))


def test_a_broken_review_names_item_and_key(tmp_path: Path):
    path = tmp_path / "2025Q3.toml"
    text = text_of(review(item())).replace("done = false", 'done = "no"\nmood = "good"')
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_review(path)
    assert 'done is "no"' in str(refused.value)
    assert 'unknown key "mood"' in str(refused.value)


def test_the_balanced_scorecard_has_four_sides_and_the_same_figures(found):
    table = balanced_scorecard(found)
    assert list(dict.fromkeys(table["perspective"])) == ["growth", "customer", "process", "people"]
    row = table.set_index("indicator").loc["reps_in_place"]
    assert row["value"] == pytest.approx(2 / 3)
    assert row["n_red"] == 1


def test_maturity_is_what_files_prove(found, tmp_path: Path):
    bare = maturity(found, tmp_path, tmp_path / "reviews").set_index("area")
    assert list(bare.index) == list(AREAS)
    assert bare.loc["governance", "level"] == 1
    (tmp_path / "reviews").mkdir()
    text = text_of(review(item(decision="leave it")))
    (tmp_path / "reviews" / "2025Q3.toml").write_text(text, encoding="utf-8")
    (tmp_path / "plan.json").write_text("{}")
    more = maturity(found, tmp_path, tmp_path / "reviews").set_index("area")
    assert more.loc["monitoring", "level"] >= bare.loc["monitoring", "level"]
    assert more.loc["planning", "level"] > bare.loc["planning", "level"]


def test_a_rollout_beside_the_plan_is_proof_of_one(found, tmp_path: Path):
    plan = tmp_path / "plan"
    plan.mkdir()
    (plan / "alignment.csv").write_text("")
    before = maturity(found, plan, tmp_path / "reviews").set_index("area")
    (tmp_path / "plan_rollout").mkdir()
    (tmp_path / "plan_rollout" / "rollout.json").write_text("{}")
    after = maturity(found, plan, tmp_path / "reviews").set_index("area")
    assert before.loc["rollout", "level"] == 2
    assert after.loc["rollout", "level"] > 2


def test_quarters_are_named_as_people_write_them():
    assert {review_name(each) for each in ("2027Q1", "2027-Q1", "2027q1")} == {"2027Q1"}
    assert tomllib.loads(text_of(review()))["quarter"] == "2025Q3"
    with pytest.raises(InputError, match="no quarter"):
        review_name("spring")


def test_a_goal_on_either_side_is_written_so():
    assert goal_words(0.1, "deviation") == "±10.0 %"
    assert goal_words(0.0, "deviation") == "0.0 %"
    assert goal_words(0.85, "share") == "85.0 %"


def company(history=None, year_from=None):
    """Return what a scenario says of fiscal years."""
    told = SimpleNamespace(fiscal_start_month=history) if history else None
    planned = SimpleNamespace(year_from=year_from) if year_from else None
    return SimpleNamespace(inputs=SimpleNamespace(history=told), capacity=planned)


@pytest.mark.parametrize(
    ("text", "of", "name"),
    [
        ("FY2026Q3", company(history=4), "2025Q4"),
        ("fy2026 q4", company(history=4), "2026Q1"),
        ("FY2026-Q1", company(year_from="2025-10-01"), "2025Q4"),
    ],
)
def test_a_quarter_of_a_fiscal_year_is_the_calendars_that_it_is(text, of, name):
    assert calendar_quarter(text, of) == name
    assert text.upper()[:6] in fiscal_words(name, of)


@pytest.mark.parametrize(
    ("of", "why"),
    [(None, "no fiscal year is known"), (company(), "no fiscal"), (company(history=2), "month 2")],
)
def test_a_quarter_of_a_fiscal_year_that_is_none_of_the_calendar_is_refused(of, why):
    with pytest.raises(InputError, match=why):
        calendar_quarter("FY2026 Q3", of)
    assert fiscal_words("2025Q4", company()) == ""


def test_signals_of_quiet_quarters_are_numbers_too(found):
    quiet = replace(found, judged=replace(found.judged, signals=()))
    assert {str(each) for each in quiet.signals().dtypes[["change", "usd_q"]]} == {"float64"}
