"""The market's stage on tables read from files: joined, checked with lines, in one direction."""

from dataclasses import replace

import pytest

from territory.design import design
from territory.dictionary.accounts import carried
from territory.errors import InputError
from territory.inputs.places.places import locate
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables
from territory.market.overview import market_overview
from territory.market.stage import with_market
from territory.review.scorecard import figures
from tests.territory.market.companies import lines_of
from tests.territory.worlds import grid_scenario, write_rows

MARKET = """
[market]
price_usd = 100
volume_error = 0
[market.access]
contract = ["Best"]
[affiliations]
level = "top"
[tiers]
factors = [{name = "potential", column = "potential_usd", weight = 1.0}]
"""


def accounts(**changes):
    rows = [
        {
            "account_id": f"A{at}", "name": f"Site {at}", "type": "clinic", "lon": -99.9 + 0.2 * at,
            "lat": 31.9, "service_h": 10, "n_calls": 4, "procedures": 10 * (at + 1), "gpo": "Best",
            "idn": "",
        }
        for at in range(4)
    ]  # fmt: skip
    for at, change in changes.items():
        rows[int(at[1:])].update(change)
    return rows


def world(folder, *, extra=MARKET, affiliations=None, **changes):
    path = grid_scenario(folder, rows=1, accounts=accounts(**changes), extra=extra)
    if affiliations:
        write_rows(folder / "affiliations.csv", affiliations)
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("[inputs]", '[inputs]\naffiliations = "affiliations.csv"'),
            encoding="utf-8",
        )
    scenario = read_scenario(path)
    tables = read_tables(scenario)
    return scenario, tables


def staged(folder, **keys):
    scenario, tables = world(folder, **keys)
    tables.audit.raise_if_errors()
    places = locate(scenario, tables)
    return scenario, tables, *with_market(scenario, tables, places)


def test_volumes_and_groups_of_the_table_reach_the_places_accounts(tmp_path):
    _, _, places, audit = staged(tmp_path)
    assert places.accounts["potential_usd"].tolist() == [1000.0, 2000.0, 3000.0, 4000.0]
    assert places.accounts["tier"].tolist() == ["D", "C", "B", "A"]
    assert not audit.errors
    assert carried("market", places.accounts) == [
        "potential_mean_usd", "potential_low_usd", "potential_high_usd", "potential_estimated",
        "potential_basis", "procedures_all_payers", "score", "segment", "score_potential",
    ]  # fmt: skip


def test_owners_and_further_groups_come_from_the_affiliations_table(tmp_path):
    rows = [
        {"account_id": "A0", "idn": "North", "gpo": "", "parent": "System"},
        {"account_id": "A1", "idn": "South", "gpo": "Best", "parent": "System"},
    ]
    _, _, places, _ = staged(tmp_path, affiliations=rows, a1={"gpo": "Other"}, a2={"gpo": "Other"})
    assert places.accounts["idn"].tolist() == ["System", "System", "", ""]
    assert places.accounts["idn_owner"].tolist() == ["North", "South", "", ""]
    assert places.accounts["potential_usd"].tolist() == [1000.0, 2000.0, 1500.0, 4000.0]


def test_without_sections_the_places_are_the_same_object(tmp_path):
    scenario, tables = world(tmp_path, extra="", **{f"a{at}": {"potential_usd": 5} for at in
                                                    range(4)})  # fmt: skip
    places = locate(scenario, tables)
    after, audit = with_market(scenario, tables, places)
    assert after is places
    assert not audit


def test_a_suppressed_count_is_read_as_missing_and_estimated(tmp_path):
    _, tables, places, _ = staged(tmp_path, a3={"procedures": "<11"})
    assert 'procedures "<11"  (read as missing, not as zero)' in lines_of(tables.audit)
    assert places.accounts["potential_estimated"].tolist() == [False] * 3 + [True]
    assert places.accounts["potential_usd"].iloc[3] == 2000.0


def test_a_negative_volume_stops_with_file_line_and_value(tmp_path):
    _, tables = world(tmp_path, a2={"procedures": -3})
    with pytest.raises(InputError) as caught:
        tables.audit.raise_if_errors()
    assert 'accounts.csv:4  A2  procedures "-3"  (is negative; expected 0 or more)' in str(
        caught.value
    )


def test_a_payer_mix_over_100_percent_stops_with_file_line_and_value(tmp_path):
    changes = {f"a{at}": {"payer_medicare": 0.5, "payer_commercial": 0.4} for at in range(4)}
    changes["a1"]["payer_commercial"] = 0.9
    _, _, _, audit = staged(tmp_path, **changes)
    assert 'accounts.csv:3  A1  payer_mix "140 %"' in lines_of(audit)


def test_circular_ownership_stops_with_file_line_and_circle(tmp_path):
    rows = [
        {"account_id": "A0", "idn": "X", "gpo": "", "parent": "Y"},
        {"account_id": "A1", "idn": "Y", "gpo": "", "parent": "X"},
    ]
    _, _, _, audit = staged(tmp_path, affiliations=rows)
    assert 'affiliations.csv:2  A0  parent "Y"  (circular ownership: X → Y → X)' in lines_of(audit)


def test_a_profile_that_cannot_be_is_an_error_of_the_audit(tmp_path):
    extra = MARKET.replace("[tiers]", '[tiers]\nprofile.features = ["tenure_y"]').replace(
        "weight = 1.0}", 'weight = 0.5}, {name = "fit", column = "profile", weight = 0.5}'
    )
    _, _, _, audit = staged(tmp_path, extra=extra)
    assert "there is no sales history" in lines_of(audit)


def test_places_with_errors_are_left_alone(tmp_path):
    scenario, tables = world(tmp_path)
    places = locate(scenario, tables)
    from territory.audit import Audit, Finding

    broken = replace(places, audit=Audit([Finding(severity="error", kind="outside", what="far")]))
    assert with_market(scenario, tables, broken)[0] is broken


def test_segments_count_what_defaults_fill_as_the_plan_and_its_scorecard_do(tmp_path):
    extra = MARKET[MARKET.index("[tiers]") :] + "[defaults.clinic]\npotential_usd = 500\n"
    given = {f"a{at}": {"potential_usd": value} for at, value in enumerate([700, "", 500, 700])}
    scenario, _ = world(tmp_path, extra=extra, **given)
    found = market_overview(scenario)
    whole = figures(design(scenario))
    for name in ("potential_usd", "potential_mean_usd"):
        assert found.tiers[name].sum() == whole[name] == 2400.0
    assert not found.tiers["n_unknown"].any()
    assert "1 account without potential_usd took the default" in lines_of(found.audit)
