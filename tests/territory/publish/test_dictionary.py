"""The data dictionary: complete for what a plan writes, true to what it reads, found by name."""

import pandas as pd
import pytest

import territory
from territory.inputs.headers.columns import FACT_TABLES, TABLES
from territory.inputs.time.presence import DATES
from territory.publish.dictionary import data_dictionary
from territory.publish.folder import TABLES as PLAN_TABLES
from tests.territory.worlds import grid_scenario


def described(file, columns, measures):
    names = set(data_dictionary(file)["column"])
    for column in columns:
        families = {column.replace(measure, "{measure}") for measure in measures} | {column}
        if not families & names:
            yield column


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("plan")
    plan = territory.design(territory.read_scenario(grid_scenario(place)))
    return plan.save(place / "out"), plan.measures


@pytest.mark.parametrize("name", [*PLAN_TABLES, "audit"])
def test_every_column_of_a_plans_tables_is_described(folder, name):
    place, measures = folder
    header = pd.read_csv(place / f"{name}.csv", nrows=0).columns
    assert list(described(f"{name}.csv", header, measures)) == []


def test_every_column_that_is_read_is_described():
    for table, columns in {**TABLES, **FACT_TABLES}.items():
        assert {column.name for column in columns} <= set(data_dictionary(table)["column"])


def test_the_columns_of_people_and_of_deals_are_described():
    people = {*DATES, "pto_days", "vacant", "ramp_from", "tenure_y", "role", "earnings_usd"}
    assert people <= set(data_dictionary("reps")["column"])
    assert {"opened", "closed", "status"} <= set(data_dictionary("quotas.deals")["column"])


def test_every_column_has_a_meaning_a_type_and_a_source_and_stands_once():
    table = data_dictionary()
    assert (table[["meaning", "type", "source"]] != "").all(axis=None)
    assert not table.duplicated(["file", "column"]).any()


def test_the_formula_of_travel_gives_the_travel_of_the_plan(folder):
    accounts = pd.read_csv(folder[0] / "accounts.csv")
    rows = data_dictionary("accounts.csv").set_index("column")["formula"]
    for column in ("travel_h", "workload_h"):
        assert accounts.eval(rows[column]).sub(accounts[column]).abs().max() < 1e-3


def test_a_file_that_is_none_is_refused_with_those_that_are():
    with pytest.raises(territory.InputError, match=r'did you mean "accounts\.csv"'):
        data_dictionary("acounts.csv")
