"""The call plan: hand-worked accounts, overrides, and messages for what it does not know."""

import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from territory.errors import InputError
from territory.inputs.findings.rows import Rows
from territory.inputs.scenario.scenario import read_scenario
from territory.workforce.callplan import PARTS, with_call_plan
from territory.workforce.callplan_table import SHIPPED, call_table, device_table
from tests.territory.worlds import grid_scenario


def scenario(tmp_path, extra="[callplan]"):
    return read_scenario(grid_scenario(tmp_path, extra=extra))


def accounts(**columns):
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame(
        {
            "account_id": [f"A{at}" for at in range(n)],
            "type": "hospital",
            "tier": "A",
            "n_calls": np.nan,
            "service_h": np.nan,
            "procedures": "100",
            **columns,
        }
    )
    return frame.astype({"account_id": "str", "type": "str", "tier": "str"})


def planned(tmp_path, frame, extra="[callplan]", **options):
    out, audit = with_call_plan(scenario(tmp_path, extra), frame, **options)
    audit.raise_if_errors()
    return out, audit


def test_a_hospital_of_tier_a_is_reckoned_by_hand(tmp_path):
    """6 calls a quarter, 45 + 15 minutes; 6 % of 100 cases at 1.75 h, two a visit; 4 h + 2 h."""
    row = planned(tmp_path, accounts(tier=["A"]))[0].iloc[0]
    assert row["planned_calls"] == 24.0
    assert (row["calls_h"], row["admin_h"]) == (18.0, 6.0)
    assert (row["cases_h"], row["case_visits"]) == (10.5, 3.0)
    assert (row["training_h"], row["credentialing_h"]) == (4.0, 2.0)
    assert (row["n_calls"], row["service_h"]) == (27.0, 40.5)


def test_what_an_account_came_with_alone_is_kept_too(tmp_path):
    frame = accounts(
        tier=["A", "A", "A"], n_calls=[10.0, np.nan, np.nan], service_h=[np.nan, 8.0, np.nan]
    )
    out, audit = planned(tmp_path, frame, '[callplan]\ngiven = "keep"')
    assert out["n_calls"].tolist() == [10.0, 27.0, 27.0]
    assert out["calls_h"].tolist() == [7.5, 8.0, 18.0]
    assert out["service_h"].tolist() == [7.5 + 2.5 + 10.5 + 6.0, 8.0, 40.5]
    assert (out[list(PARTS)].sum(axis=1) == out["service_h"]).all()
    said = [finding.what for finding in audit]
    assert "1 account kept the n_calls given; the hours come from the call plan" in said
    assert "1 account kept the service_h given; the calls come from the call plan" in said
    again, _ = planned(tmp_path, frame, '[callplan]\ngiven = "replace"')
    assert again["n_calls"].tolist() == [27.0, 27.0, 27.0]


def test_without_the_section_nothing_changes(tmp_path):
    frame = accounts(tier=["A"])
    out, audit = with_call_plan(scenario(tmp_path, ""), frame)
    assert out.equals(frame)
    assert not audit


def test_an_accounts_own_figures_go_before_the_table(tmp_path):
    frame = accounts(tier=["A", "A"], calls_q=["1", ""], coverage=["0.5", ""])
    out, audit = planned(tmp_path, frame)
    assert out["planned_calls"].tolist() == [4.0, 24.0]
    assert out["cases_h"].tolist() == [87.5, 10.5]
    assert "1 account with a calls_q of its own" in [finding.what for finding in audit]


def test_cases_are_those_of_all_payers_where_the_market_has_reckoned_them(tmp_path):
    frame = accounts(
        tier=["A", "A"], procedures=["40", "40"], procedures_all_payers=[100.0, np.nan]
    )
    market = "[callplan]\n[market]\nprice_usd = 10.0"
    assert planned(tmp_path, frame, market)[0]["cases_h"].tolist() == [10.5, 4.2]
    other = f'{market}\nprocedures = "claims"'
    assert planned(tmp_path, frame, other)[0]["cases_h"].tolist() == [4.2, 4.2]


def test_rows_of_the_scenario_change_the_table_and_add_to_it(tmp_path):
    extra = """[callplan]
rows = [
  {type = "hospital", tier = "A", calls_q = 9.0},
  {type = "laboratory", tier = "*", calls_q = 2.0, visit_min = 30.0},
]"""
    frame = accounts(type=["hospital", "laboratory"], tier=["A", "Z"])
    out, _ = planned(tmp_path, frame, extra)
    assert out["planned_calls"].tolist() == [36.0, 8.0]
    assert out["service_h"].tolist() == [pytest.approx(36 + 10.5 + 6), 4.0]


def test_a_new_row_without_calls_is_refused(tmp_path):
    chosen = scenario(tmp_path, '[callplan]\nrows = [{type = "lab", tier = "*", visit_min = 5.0}]')
    with pytest.raises(InputError, match=r"callplan.rows entry 1 is a new row without calls_q"):
        call_table(chosen)


def test_the_same_row_twice_is_refused_when_the_scenario_is_read(tmp_path):
    row = '{type = "asc", tier = "A", calls_q = 1.0}'
    with pytest.raises(InputError, match='name type "asc" with tier "A" twice'):
        scenario(tmp_path, f"[callplan]\nrows = [{row}, {row}]")


def test_unknown_types_and_tiers_are_named_with_file_line_and_value(tmp_path):
    frame = accounts(type=["hospitl", "hospital", "hospital"], tier=["A", "E", ""])
    rows = Rows(
        table="accounts", file="accounts.csv", lines=np.array([2, 3, 4]), ids=["A0", "A1", "A2"]
    )
    _, audit = with_call_plan(scenario(tmp_path), frame, rows=rows)
    text = "\n".join(message.text() for message in audit.messages("error"))
    assert 'accounts.csv:2  A0  type "hospitl"' in text
    assert 'did you mean "hospital"?' in text
    assert 'accounts.csv:3  A1  tier "E"' in text
    assert 'type "hospital" with tier "E" has no row in the shipped call plan' in text
    assert "accounts.csv:4  A2" in text
    assert "has no tier" in text
    with pytest.raises(InputError):
        audit.raise_if_errors()


def test_a_fallback_row_serves_what_has_none(tmp_path):
    extra = '[callplan]\nrows = [{type = "*", tier = "*", calls_q = 1.0, visit_min = 60.0}]'
    out, _ = planned(tmp_path, accounts(type=["blood_bank"], tier=[""]), extra)
    assert out["service_h"].tolist() == [4.0]


def test_a_file_below_the_scenario_replaces_the_shipped_table(tmp_path):
    path = grid_scenario(tmp_path, extra='[callplan]\nfile = "mine.csv"')
    (tmp_path / "mine.csv").write_text("# ours\ntype,tier,calls_q,visit_min\nhospital,*,3,20\n")
    out, _ = with_call_plan(read_scenario(path), accounts(tier=["A"]))
    assert out["service_h"].tolist() == [4.0]


def test_all_that_is_wrong_with_a_file_is_said_at_once(tmp_path):
    path = grid_scenario(tmp_path, extra='[callplan]\nfile = "mine.csv"')
    (tmp_path / "mine.csv").write_text(
        "type,tier,calls_q,visit_min,coverage\n"
        "hospital,A,three,20,0\nhospital,B,3,20,12\nhospital,A,1,1,0\nasc,A,-1,20,0\n"
    )
    with pytest.raises(InputError) as error:
        call_table(read_scenario(path))
    text = str(error.value)
    assert 'mine.csv:2: calls_q is "three"; expected a number of 0 or more' in text
    assert 'mine.csv:3: coverage is "12"; expected a share from 0 to 1' in text
    assert 'mine.csv:4: type "hospital" with tier "A" has a row already, in line 2' in text
    assert 'mine.csv:5: calls_q is "-1"' in text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("type,tier,calls,visit_min\n", 'column "calls_q" is missing'),
        ("type,tier,calls_q,visit_min,trainng_h\n", 'did you mean "training_h"?'),
        ("# nothing\n", "has no rows"),
    ],
)
def test_a_table_of_another_form_is_refused(tmp_path, text, said):
    path = grid_scenario(tmp_path, extra='[callplan]\nfile = "mine.csv"')
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        call_table(read_scenario(path))


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"gone.csv: the call plan cannot be read"):
        call_table(scenario(tmp_path, '[callplan]\nfile = "gone.csv"'))


def test_own_figures_of_no_use_are_errors_by_line(tmp_path):
    rows = Rows(table="accounts", file="a.csv", lines=np.array([2, 3]), ids=["A0", "A1"])
    frame = accounts(tier=["A", "A"], visit_min=["long", "-5"])
    _, audit = with_call_plan(scenario(tmp_path), frame, rows=rows)
    said = [(finding.line, finding.value, finding.what) for finding in audit.errors]
    assert said == [(2, "long", "is no number"), (3, "-5", "is out of range; expected 0 or more")]


def test_missing_procedures_are_those_of_peers_and_said(tmp_path):
    frame = accounts(tier=["A", "A", "A"], procedures=["100", "300", ""])
    out, audit = planned(tmp_path, frame)
    assert out["cases_h"].tolist() == [10.5, 31.5, 21.0]
    assert any("1 account without procedures" in finding.what for finding in audit)


def test_a_column_of_procedures_that_is_not_there_is_an_error(tmp_path):
    frame = accounts(tier=["A"]).drop(columns="procedures")
    _, audit = with_call_plan(scenario(tmp_path), frame)
    assert 'no column "procedures"' in audit.errors[0].what
    # Its hint is a line that can be pasted, and does.
    said = 'rows = [{type = "hospital", tier = "A", coverage = 0}] under [callplan]'
    assert audit.errors[0].repair.endswith(said)
    key = said.removesuffix(" under [callplan]")
    without = scenario(tmp_path, f"[callplan]\n{key}")
    assert with_call_plan(without, frame)[1].errors == ()
    assert with_call_plan(scenario(tmp_path), frame.assign(tier="D"))[1].errors == ()


def test_given_work_is_kept_where_asked_and_market_rows_always(tmp_path):
    frame = accounts(
        type=["hospital", "market"], tier=["A", ""], n_calls=[5.0, 7.0], service_h=[9.0, 3.0]
    )
    kept, _ = planned(tmp_path, frame, '[callplan]\ngiven = "keep"')
    assert kept["service_h"].tolist() == [9.0, 3.0]
    replaced, audit = planned(tmp_path, frame)
    assert replaced["service_h"].tolist() == [40.5, 3.0]
    assert replaced["n_calls"].tolist() == [27.0, 7.0]
    assert any("1 account were replaced" in finding.what for finding in audit)


@given(
    kinds=st.lists(st.sampled_from(["hospital", "asc", "clinic", "other"]), min_size=1, max_size=9),
    tiers=st.lists(st.sampled_from("ABCD"), min_size=9, max_size=9),
    procedures=st.lists(st.integers(0, 5000), min_size=9, max_size=9),
)
def test_the_parts_always_sum_to_the_hours(tmp_path_factory, kinds, tiers, procedures):
    n = len(kinds)
    frame = accounts(type=kinds, tier=tiers[:n], procedures=[str(each) for each in procedures[:n]])
    out, _ = planned(tmp_path_factory.mktemp("grid"), frame)
    assert out[list(PARTS)].sum(axis=1).to_numpy() == pytest.approx(out["service_h"], abs=2e-4)
    assert (out["planned_calls"] + out["case_visits"]).to_numpy() == pytest.approx(out["n_calls"])


def test_every_row_of_the_shipped_table_names_where_it_comes_from():
    frame = device_table().to_frame()
    assert len(frame) == 24
    assert frame["calls_q"].is_monotonic_decreasing is False
    for _, rows in frame.groupby("type"):
        assert rows["calls_q"].is_monotonic_decreasing
    # Each row cites something that the file's head lists, or calls itself an assumption.
    head = SHIPPED.read_text("utf-8").partition("\ntype,")[0]
    for source in frame["source"]:
        cited = re.findall(r"\[\d\]", source)
        assert cited or "assumed" in source, source
        assert all(f"# {each} " in head for each in cited), source
    assert (frame["calls_q_low"] < frame["calls_q"]).all()
    assert (frame["calls_q"] < frame["calls_q_high"]).all()


def test_calls_depend_on_the_type_as_well_as_the_tier():
    frame = device_table().to_frame().set_index(["type", "tier"])["calls_q"]
    assert frame["idn", "A"] == 13  # a major system weekly
    assert frame["clinic", "B"] == 3  # a small clinic monthly
    assert len({frame[kind, "A"] for kind in ("idn", "hospital", "asc", "clinic")}) == 4


def test_types_and_tiers_of_the_user_are_mapped_to_those_of_the_table(tmp_path):
    extra = '[callplan]\ntypes = {"Health System" = "idn"}\ntiers = {Gold = "A"}'
    frame = accounts(type=["Health System", "hospital"], tier=["Gold", "B"])
    out, _ = planned(tmp_path, frame, extra)
    assert out["planned_calls"].tolist() == [52.0, 12.0]
    assert out["type"].tolist() == ["Health System", "hospital"]  # the user's words stay
    with pytest.raises(InputError, match='"Health System" has no row in the shipped call plan'):
        planned(tmp_path, frame)


def test_types_may_be_written_as_the_table_of_accounts_writes_them(tmp_path):
    (tmp_path / "mine.csv").write_text("type,tier,calls_q,visit_min\nCentre de santé,*,6,45\n")
    extra = '[callplan]\nfile = "mine.csv"\ntypes = {"Health System" = "centre_de_sante"}'
    frame = accounts(type=["health_system", "centre_de_sante"], tier=["A", "B"])  # as read
    out, audit = planned(tmp_path, frame, extra)
    assert not audit.errors
    assert out["planned_calls"].tolist() == [24.0, 24.0]


def test_calls_outside_their_own_range_are_refused(tmp_path):
    (tmp_path / "mine.csv").write_text(
        "type,tier,calls_q,visit_min,calls_q_low,calls_q_high\nhospital,A,6,45,7,9\n"
    )
    with pytest.raises(InputError, match="calls_q is 6, outside its range of 7 to 9"):
        call_table(scenario(tmp_path, '[callplan]\nfile = "mine.csv"'))


def test_a_million_accounts_are_planned_in_seconds(tmp_path):
    n = 1_000_000
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "account_id": pd.Series(np.arange(n)).astype("str"),
            "type": rng.choice(["hospital", "asc", "clinic"], n),
            "tier": rng.choice(list("ABCD"), n),
            "n_calls": np.nan,
            "service_h": np.nan,
            "procedures": rng.integers(1, 300, n),
        }
    )
    chosen = scenario(tmp_path)
    start = time.process_time()
    out, _ = with_call_plan(chosen, frame)
    assert time.process_time() - start < 15.0
    assert out["service_h"].notna().all()


def test_the_hint_to_attend_no_cases_names_the_rows_that_serve_the_users_types(tmp_path):
    frame = accounts(type=["hospital_lab"], tier=["Core"]).drop(columns="procedures")
    mapped = '[callplan]\ntypes = {"Hospital Lab" = "hospital"}\ntiers = {Core = "A"}\n'
    _, audit = with_call_plan(scenario(tmp_path / "a", mapped), frame)
    key = audit.errors[0].repair.partition("no cases: ")[2].removesuffix(" under [callplan]")
    assert key == 'rows = [{type = "hospital", tier = "A", coverage = 0}]'
    without = scenario(tmp_path / "b", mapped + key)
    assert with_call_plan(without, frame)[1].errors == ()
