"""What a header says of its numbers: thousands, minutes, a quarter's calls, percent."""

import pandas as pd
import pytest

from territory.inputs.numbers.header_units import header_unit
from territory.inputs.numbers.settled import settle_numbers
from territory.inputs.numbers.values import read_numbers


@pytest.mark.parametrize(
    ("header", "column", "factor"),
    [
        ("Potential ($K)", "potential_usd", 1e3),
        ("Potential (000s)", "potential_usd", 1e3),
        ("Potential $000", "potential_usd", 1e3),
        ("Potential [k€]", "potential_usd", 1e3),
        ("Revenue in thousands", "revenue_usd", 1e3),
        ("Umsatz TEUR", "revenue_usd", 1e3),
        ("revenue_k", "revenue_usd", 1e3),
        ("Revenue (USD m)", "revenue_usd", 1e6),
        ("Revenue $MM", "revenue_usd", 1e6),
        ("Umsatz Mio. EUR", "revenue_usd", 1e6),
        ("TAM $B", "potential_usd", 1e9),
        ("Monthly revenue ($K)", "revenue_usd", 12e3),
        ("Sales per quarter", "revenue_usd", 4),
        ("Service minutes", "service_h", 1 / 60),
        ("Hours per week", "service_h", 52),
        ("Minutes per month", "service_h", 0.2),
        ("CallsPerQuarter", "n_calls", 4),
        ("Calls/month", "n_calls", 12),
        ("Tenure (months)", "tenure_y", 1 / 12),
        ("Potential (cents)", "potential_usd", 0.01),
        ("Potencial (miles de €)", "potential_usd", 1e3),
        ("CA en milliers d'euros", "revenue_usd", 1e3),
        ("Fatturato (migliaia)", "revenue_usd", 1e3),
        ("Vendas em milhões", "revenue_usd", 1e6),
        ("Besuche je Monat", "n_calls", 12),
        ("Visites par mois", "n_calls", 12),
        ("Visitas al mes", "n_calls", 12),
        ("Potentiel trimestriel", "potential_usd", 4),
        ("Potential (INR Lakhs)", "potential_usd", 1e5),
        ("Revenue (Rs. in lacs)", "revenue_usd", 1e5),
        ("Potential (₹ Cr)", "potential_usd", 1e7),
        ("Revenue in crores", "revenue_usd", 1e7),
        ("Potential (万円)", "potential_usd", 1e4),
        ("売上（百万円）", "revenue_usd", 1e6),
        ("売上（千円）", "revenue_usd", 1e3),
        ("Revenue (億円)", "revenue_usd", 1e8),
    ],
)
def test_a_unit_in_a_header_is_brought_to_ours(header, column, factor):
    unit = header_unit(header, column, yearly=True)
    assert unit is not None
    assert unit.factor == pytest.approx(factor)
    assert not unit.odd


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("potential_usd", "potential_usd"),
        ("Total revenue", "revenue_usd"),
        ("Market potential", "potential_usd"),
        ("Net Sales (USD)", "revenue_usd"),
        ("Kaiser sales", "revenue_usd"),
        ("Sales of Cruz Cr.", "revenue_usd"),
        ("Sales by McKesson", "revenue_usd"),
        ("Trailing 12 month revenue", "revenue_usd"),
        ("Last 12 months sales", "revenue_usd"),
        ("Annual potential", "potential_usd"),
        ("Service hours per year", "service_h"),
        ("Hours and minutes", "service_h"),
        ("Calls", "n_calls"),
        ("Tenure years", "tenure_y"),
        ("Longitude (min)", "lon"),
    ],
)
def test_other_headers_say_nothing(header, column):
    assert header_unit(header, column, yearly=True) is None


def test_the_months_of_a_history_are_not_made_years():
    assert header_unit("Monthly sales", "revenue_usd", yearly=False) is None
    assert header_unit("Monthly sales ($K)", "revenue_usd", yearly=False).factor == 1e3


def settled(header, column, cells, **options):
    text = pd.Series(cells, dtype="str", name=header)
    found = settle_numbers(
        {column: text}, stored={}, coordinates=frozenset(), delimiter=",", yearly=True, **options
    )
    values, _ = read_numbers(found.texts[column], column, factor=found.factors[column])
    return values.tolist(), found.units


def test_it_is_said_with_an_example():
    values, said = settled("Potential ($K)", "potential_usd", ["87", "12.5"])
    assert values == [87_000, 12_500]
    assert said == ['potential_usd: header "Potential ($K)" says thousands: "87" is read as 87,000']


def test_cells_that_say_thousands_themselves_are_not_multiplied_twice():
    assert settled("Potential ($K)", "potential_usd", ["87K", "12.5K"])[0] == [87_000, 12_500]


def test_hours_a_visit_are_no_hours_a_year():
    values, said = settled("Hours per visit", "service_h", ["2"])
    assert values == [2]
    assert "speaks of per visit" in said[0]


def test_a_rep_of_eighty_is_one_of_eighty_percent():
    assert settled("fte", "fte", ["100", "80"])[0] == [1.0, 0.8]
    assert settled("fte", "fte", ["1", "0.8"])[0] == [1.0, 0.8]


def test_the_planner_may_say_that_a_header_is_wrong():
    values, said = settled(
        "Potential ($K)", "potential_usd", ["87000"], as_written=["potential_usd"]
    )
    assert values == [87_000]
    assert not said


def test_as_written_is_a_key_of_a_table(tmp_path):
    from territory.inputs.scenario.scenario import read_scenario
    from territory.inputs.tables.tables import read_tables

    (tmp_path / "a.csv").write_text(
        "account_id,zip,service_h,n_calls,Potential ($K)\nA,77002,1,1,7\n"
    )
    for line, total in (("", 7000), ('as_written = ["potential_usd"]', 7)):
        path = tmp_path / "s.toml"
        path.write_text(
            f'[inputs.accounts]\nfile = "a.csv"\n{line}\n[geography]\nkind = "us_counties"\n'
            'states = ["TX"]\n[team]\nterritories = 1\n'
        )
        tables = read_tables(read_scenario(path))
        assert tables.accounts["potential_usd"].tolist() == [total]


def test_the_unit_in_brackets_goes_before_the_word_for_the_column():
    assert header_unit("Service hours (min)", "service_h", yearly=True).factor == 1 / 60
    assert header_unit("Service minutes", "service_h", yearly=True).factor == 1 / 60
    assert header_unit("Hours (service)", "service_h", yearly=True) is None


def test_nothing_follows_from_the_header_of_a_column_that_is_refused():
    text = pd.Series(["80.000", "91.500"], dtype="str", name="Potential [k€]")
    hours = pd.Series(["20.5", "31.25"], dtype="str", name="Hours")
    found = settle_numbers(
        {"potential_usd": text, "service_h": hours}, stored={}, coordinates=frozenset(),
        delimiter=";", yearly=True, currency="EUR",
    )  # fmt: skip
    assert found.marks == ['potential_usd: "80.000" may be 80 or 80000 (2 cells)']
    assert not found.units
