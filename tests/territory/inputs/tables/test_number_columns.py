"""Every further column that is read as a number is read as our own number columns are."""

import pandas as pd

from territory import read_scenario
from territory.inputs.tables.tables import read_tables
from tests.territory.worlds import grid_scenario

ACCOUNTS = """account_id;lon;lat;potential_usd;rivals_usd;claims
A00;-99,9;31,9;52.000,50;1.234;2.000
A01;-99,7;31,9;81.500,00;2.345,50;1.100
A02;-99,5;31,9;61.000,00;;900
A03;-99,3;31,9;41.000,00;1.000;1.500
"""
REPS = """rep_id;lon;lat;fte;earnings_usd;pto_days;tenure_y
R1;-99,9;31,8;1;62.000;8,5;0,25
R2;-99,3;31,8;0,8;€ 58.250,50;;
"""


def test_a_european_files_further_numbers_are_no_thousandths(tmp_path):
    path = grid_scenario(
        tmp_path,
        extra='[review]\ncompetitor_column = "rivals_usd"\n[callplan]\nprocedures = "claims"\n',
    )
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "reps.csv").write_text(REPS, encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    path.write_text(f'currency = "EUR"\n{text}', encoding="utf-8")
    tables = read_tables(read_scenario(path))
    assert tables.accounts["rivals_usd"].tolist()[:2] == [1234.0, 2345.5]
    assert pd.isna(tables.accounts["rivals_usd"][2])
    assert tables.accounts["claims"].tolist() == [2000.0, 1100.0, 900.0, 1500.0]
    assert tables.reps["earnings_usd"].tolist() == [62000.0, 58250.5]
    assert tables.reps["pto_days"].tolist()[0] == 8.5
    assert tables.reps["tenure_y"].tolist()[0] == 0.25
