"""Every problem of every table is found, named with file, line and id, and reported once."""

import numpy as np
import pandas as pd
import pytest

from territory.errors import InputError

HEAD = "account_id,zip,potential_usd\n"
GOOD = "A-1,77030,100\nA-2,10027,200\n"


def test_good_tables_give_frames_with_all_columns_and_no_errors(read):
    tables = read(
        accounts=HEAD + GOOD,
        reps="rep_id,name,territory_id,zip\nR-1,Ann,T01,77030\n",
        alignment="account_id,territory_id\nA-1,T01\n",
        history="account_id,period,revenue_usd\nA-1,2024-01,-5.5\n",
        affiliations="account_id,idn,gpo\nA-1,System A,GPO B\n",
    )
    tables.audit.raise_if_errors()
    accounts = tables.accounts
    assert list(accounts.columns) == [
        "account_id", "name", "type", "address", "city", "state", "zip", "county_fips", "unit_id",
        "country", "lon", "lat", "idn", "gpo", "tier", "service_h", "n_calls", "potential_usd",
        "revenue_usd", "tenure_y", "pipeline_usd",
    ]  # fmt: skip
    assert accounts["zip"].tolist() == ["77030", "10027"]
    assert accounts["zip"].dtype == "str"
    assert accounts["name"].tolist() == ["A-1", "A-2"]
    assert accounts["type"].tolist() == ["other", "other"]
    assert accounts["potential_usd"].dtype == np.float64
    assert np.isnan(accounts["service_h"]).all()
    assert (accounts["idn"] == "").all()
    assert tables.reps["fte"].tolist() == [1.0]
    assert tables.history["revenue_usd"].tolist() == [-5.5]
    assert tables.lines["accounts"].tolist() == [2, 3]
    assert tables.files["accounts"] == "accounts.csv"
    unused, short = tables.audit.warnings  # the scenario has no section [affiliations]
    assert short.kind == "revenue_of_history"
    assert (unused.kind, unused.table) == ("unused", "affiliations")


def test_the_message_of_accounts_without_a_place_is_the_one_of_the_house(texts):
    assert texts("error", accounts=(
        "account_id,zip,lon,lat\nA-1,77030,,\nA-10027,1002,,\nA-11215,99999,,\n"
        "A-11216,,-97.7,140.71\nA-5,,,\n"
    )) == (
        "error: 4 of 5 accounts have no place on the map\n"
        '  accounts.csv:3  A-10027  zip "1002"    '
        "(ZIP codes have five digits; Excel drops leading zeros)\n"
        '  accounts.csv:4  A-11215  zip "99999"   (unknown ZIP)\n'
        '  accounts.csv:5  A-11216  lat "140.71"  (latitude is between -90 and 90)\n'
        "  accounts.csv:6  A-5                    (no lon and lat, no ZIP code, no county)\n"
        "\n"
        "hint: run `territory audit ny.toml --fix-preview` to see the repairs that can be made"
    )  # fmt: skip


def test_all_problems_of_all_tables_are_reported_at_once(read):
    tables = read(
        accounts="account_id,zip,potential_usd\nA-1,77030,x\nA-1,77030,-2\n,77030,1\n",
        reps="rep_id,fte\nR-1,0\nR-1,1\n",
        alignment="account_id,territory_id\nA-1,T01\nA-1,T02\nA-1,\n",
    )
    with pytest.raises(InputError) as caught:
        tables.audit.raise_if_errors()
    text = str(caught.value)
    for part in (
        "1 of 3 accounts has no id",
        '  accounts.csv:4    account_id ""  (account_id is empty)',
        "1 of 3 accounts repeats an id",
        '  accounts.csv:3  A-1  account_id "A-1"  (first on line 2)',
        "1 of 3 accounts has a value that is no number",
        '  accounts.csv:2  A-1  potential_usd "x"  (no number)',
        "1 of 3 accounts has a value outside its range",
        '  accounts.csv:3  A-1  potential_usd "-2"  (is negative; expected 0 or more)',
        '  reps.csv:2  R-1  fte "0"  (must be above 0)',
        '  reps.csv:3  R-1  rep_id "R-1"  (first on line 2)',
        '  alignment.csv:3  A-1  account_id "A-1"  (another territory on line 2)',
        '  alignment.csv:4  A-1  territory_id ""  (territory_id is empty)',
    ):
        assert part in text, part
    assert caught.value.exit_code == 2


def test_a_rep_with_two_homes_is_told_both_and_nothing_twice(read):
    tables = read(
        accounts="account_id,zip,potential_usd\nA-1,77030,1\n",
        reps="rep_id,territory_id,city,lon,lat\n"
        "R-1,T01,Austin,-97.7,30.3\nR-2,T02,Waco,-97.1,31.5\nR-1,T01,Dallas,-96.8,32.8\n",
    )
    with pytest.raises(InputError) as caught:
        tables.audit.raise_if_errors()
    text = str(caught.value)
    assert "1 of 3 reps has two homes" in text
    assert (
        'reps.csv:4  R-1  home "Dallas -96.8 32.8"  (on line 2 it is "Austin -97.7 30.3")' in text
    )
    assert "hint: keep one row for each rep" in text
    assert "repeats an id" not in text
    assert "territory of another rep" not in text


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("50%", 'potential_usd "50%"  (a percent sign)'),
        ("(5)", 'potential_usd "(5)"  (is negative; expected 0 or more)'),
        ("5 weeks", 'potential_usd "5 weeks"  (the unit "weeks")'),
        ("about 5", 'potential_usd "about 5"  (no number)'),
        ("1_000", 'potential_usd "1_000"  (no number)'),
        ("0x1F", 'potential_usd "0x1F"  (no number)'),
        ("TRUE", 'potential_usd "TRUE"  (no number)'),
        ("inf", 'potential_usd "inf"  (not finite)'),
        ("-Infinity", 'potential_usd "-Infinity"  (not finite)'),
        ("1e999", 'potential_usd "1e999"  (larger than any number that can be used)'),
        ("-0.01", 'potential_usd "-0.01"  (is negative; expected 0 or more)'),
    ],
)
def test_a_value_that_is_no_number_is_named_and_never_becomes_one(read, cell, line):
    tables = read(accounts=HEAD + f"A-1,77030,{cell}\nA-2,77030,1\n")
    text = "\n".join(message.text() for message in tables.audit.messages("error"))
    assert f"  accounts.csv:2  A-1  {line}" in text
    assert np.isnan(tables.accounts["potential_usd"].iloc[0])


@pytest.mark.parametrize(
    "cell", ["n/a", "NA", "#N/A", "NaN", "null", "-", "Not Available", "#REF!"]
)
def test_a_mark_for_an_unknown_value_is_missing_and_not_zero(read, cell):
    tables = read(accounts=HEAD + f"A-1,77030,{cell}\nA-2,77030,1\n")
    assert not tables.audit.errors
    assert [m.text() for m in tables.audit.messages("warning")] == [
        "warning: 1 of 2 accounts has a mark for an unknown value; read as missing, "
        f'never as zero\n  accounts.csv:2  A-1  potential_usd "{cell}"  '
        "(read as missing, not as zero)"
    ]
    assert np.isnan(tables.accounts["potential_usd"].iloc[0])


def test_an_empty_value_is_missing_and_not_zero(read):
    tables = read(accounts=HEAD + "A-1,77030,\nA-2,77030, \n")
    assert np.isnan(tables.accounts["potential_usd"]).all()
    assert not tables.audit.errors


def test_a_value_without_default_is_an_error_with_its_row(texts):
    text = texts("error", defaults="", keys="[measures.potential_usd]", accounts=(
        "account_id,zip,type,potential_usd\nA-1,77030,asc,\nA-2,77030,hospital,5\n"
    ))  # fmt: skip
    assert text == (
        "error: 1 of 2 accounts has no value, and its type has no default\n"
        '  accounts.csv:2  A-1  type "asc"  (no potential_usd)\n'
        "\nhint: fill the column, or write [defaults.other] in the scenario"
    )


def test_a_wrong_value_is_not_reported_a_second_time_as_missing(texts):
    text = texts("error", defaults="", keys="[measures.potential_usd]", accounts=(
        "account_id,zip,potential_usd\nA-1,77030,x\nA-2,77030,5\n"
    ))  # fmt: skip
    assert text.count("error:") == 1


def test_zero_total_activity_is_refused(texts):
    assert texts("error", accounts=HEAD + "A-1,77030,0\nA-2,77030,0.0\n") == (
        "error: accounts.csv: the total of potential_usd is 0, so measures.potential_usd "
        "cannot be balanced\n\n"
        "hint: fill potential_usd, or take measures.potential_usd out of the scenario"
    )


@pytest.mark.parametrize(
    "content", ["account_id,zip\n", "account_id,zip\n\n\n", "account_id,zip\n,\n"]
)
def test_a_table_without_rows_is_refused(texts, content):
    assert "error: accounts.csv: has no rows" in texts("error", accounts=content)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(texts, content):
    assert texts("error", accounts=content) == "error: accounts.csv: is empty"


def test_a_missing_file_is_one_problem_among_others(texts):
    text = texts(
        "error",
        accounts=HEAD + "A-1,77030,x\nA-2,77030,1\n",
        inputs=['inputs.reps = "acounts.csv"'],
    )
    assert "error: acounts.csv: does not exist\n\nhint: did you mean accounts.csv?" in text
    assert 'potential_usd "x"  (no number)' in text


def test_a_missing_file_that_resembles_none_is_told_with_its_key(texts):
    text = texts(
        "error",
        accounts=HEAD + "A-2,77030,1\n",
        inputs=['inputs.reps = "who/others.csv"'],
    )
    assert "who/others.csv: does not exist\n\nhint: inputs.reps names it" in text


def test_a_missing_column_says_what_it_has_and_what_was_meant(texts):
    text = texts("error", accounts="acc_number,name,zip\nA-1,x,77030\n")
    assert text == (
        "error: accounts.csv: has no column account_id (the account's own id); it has "
        '"acc_number", "name", "zip"\n\nhint: did you mean "acc_number"? Write columns = '
        '{account_id = "acc_number"} for this table in the scenario'
    )


def test_a_mapped_column_that_is_absent_is_named(texts):
    text = texts(
        "error",
        accounts="account_id,zip,potential_usd\nA-1,77030,5\n",
        keys='inputs.reps = {file = "accounts.csv", columns = {rep_id = "Account ID"}}',
    )
    assert (
        'error: accounts.csv: has no column "Account ID", which the scenario names for rep_id; '
        'it has "account_id", "zip", "potential_usd"\n\nhint: did you mean "account_id"?'
    ) in text


def test_the_scenario_maps_columns_and_known_aliases_are_reported(read, tmp_path):
    (tmp_path / "a.csv").write_text(
        "Key,Acct No,Facility Name,ZIP Code,Beds\nk,A-1,St. Mary,77030,7\n"
    )
    tables = read(
        keys='inputs.accounts = {file = "a.csv", columns = {account_id = "Acct No", tier = "Key"}}'
    )
    assert tables.accounts[["account_id", "name", "zip", "tier", "Beds"]].iloc[0].tolist() == [
        "A-1", "St. Mary", "77030", "k", "7",
    ]  # fmt: skip
    texts = [message.text() for message in tables.audit.messages("info")]
    assert 'info: a.csv: column "ZIP Code" was read as zip' in texts
    assert 'info: a.csv: column "Facility Name" was read as name' in texts
    assert 'info: a.csv: further columns are kept as text: "Beds"' in texts


def test_a_measure_of_the_scenario_is_read_as_numbers_and_must_be_there(read, texts):
    tables = read(keys="[measures.beds]", accounts="account_id,zip,beds\nA-1,77030,7\n")
    assert tables.accounts["beds"].tolist() == [7.0]
    assert texts("error", keys="[measures.beds]", accounts="account_id,zip,bed\nA-1,77030,7\n") == (
        "error: accounts.csv: has no column beds, which measures.beds needs\n\n"
        'hint: did you mean "bed"? Write columns = {beds = "bed"} for this table in the scenario'
    )


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("30.27,-97.74", 'lon "30.27/-97.74"  (lon and lat are exchanged)'),
        ("97.74,30.27", 'lon "97.74/30.27"  (lon lost its minus sign)'),
        ("0,0", 'lon "0"  (0/0 lies in the Atlantic; it stands for an unknown place)'),
        ("-97.74,140.71", 'lat "140.71"  (latitude is between -90 and 90)'),
        ("-977.4,30.27", 'lon "-977.4"  (longitude is between -180 and 180)'),
        ("-97.74,", 'lon "-97.74"  (lon without lat)'),
        (",30.27", 'lat "30.27"  (lat without lon)'),
        ("W 97.74,30.27", 'lon "W 97.74"  (no number)'),
    ],
)
def test_impossible_coordinates_are_named(read, place, line):
    tables = read(accounts=f"account_id,lon,lat,zip\nA-1,{place},\nA-2,-97.74,30.27,\n")
    text = "\n".join(message.text() for message in tables.audit.messages("error"))
    assert "error: 1 of 2 accounts has no place on the map" in text
    assert f"  accounts.csv:2  A-1  {line}" in text
    assert tables.accounts[["lon", "lat"]].iloc[0].isna().all()


def test_a_bad_coordinate_beside_a_good_zip_is_a_warning(texts):
    text = texts("error", "warning", accounts="account_id,lon,lat,zip\nA-1,0,0,77030\n")
    assert text.startswith("warning: 1 of 1 account has an impossible place")


def test_territories_overseas_are_possible_places(read):
    rows = "A-1,144.79,13.44\nA-2,-66.1,18.4\nA-3,-170.7,-14.3\nA-4,173.2,52.9\nA-5,-157.8,21.3\n"
    assert not read(accounts="account_id,lon,lat\n" + rows).audit.errors


@pytest.mark.parametrize(
    ("code", "severity", "line"),
    [
        (
            "02270",
            "warning",
            "Wade Hampton Census Area, renamed Kusilvak in 2015: now 02158; read as",
        ),
        (
            "46113",
            "warning",
            "Shannon County, renamed Oglala Lakota in 2015: now 46102; read as 46102",
        ),
        ("09110", "error", "Capitol Planning Region, Connecticut since 2022"),
        ("99999", "error", "unknown county"),
        ("1001", "error", "county codes have five digits; Excel drops leading zeros"),
        ("Travis", "error", "county codes have five digits"),
    ],
)
def test_county_codes_of_other_years_and_unknown_ones_are_named(read, code, severity, line):
    tables = read(accounts=f"account_id,county_fips\nA-1,{code}\nA-2,09001\n")
    text = "\n".join(message.text() for message in tables.audit.messages(severity))
    assert f'accounts.csv:2  A-1  county_fips "{code}"  ({line}' in text
    assert tables.accounts["county_fips"].iloc[1] == "09001"


def test_a_renamed_county_is_read_as_its_successor(read):
    tables = read(accounts="account_id,county_fips\nA-1,02270\nA-2,46113\n")
    assert tables.accounts["county_fips"].tolist() == ["02158", "46102"]


def test_units_of_another_vintage_are_errors_because_their_market_would_be_lost(texts):
    text = texts(
        "error", units="unit_id,potential_usd\n09110,5\n09001,5\n46113,2\n46102,2\n1001,1\n"
    )
    assert '  units.csv:2  09110  unit_id "09110"  (Capitol Planning Region' in text
    assert '  units.csv:5  46102  unit_id "46102"  (first on line 4)' in text
    assert "units.csv:6  1001  unit_id" in text


def test_a_zip_plus_four_is_cut_and_reported(read):
    tables = read(accounts="account_id,zip\nA-1,77030-1234\nA-2,100271234\n")
    assert tables.accounts["zip"].tolist() == ["77030", "10027"]
    assert "the first five digits of ZIP+4 are used in 2 of 2 rows" in str(
        tables.audit.messages("info")
    )


def test_a_zip_of_another_state_is_a_warning(texts):
    assert 'zip "10027"  (lies in NY, the row says TX)' in texts(
        "warning", accounts="account_id,zip,state\nA-1,10027,TX\nA-2,77030,tx\nA-3,77030,Texas\n"
    )


def test_repairs_can_be_previewed_and_then_made(read, tmp_path):
    rows = 'A-1,1002,,,"1,234"\nA-2,,30.27,-97.74,$5\nA-3,77030,,,7\n'
    head = "account_id,zip,lon,lat,potential_usd\n"
    before = read(accounts=head + rows)
    assert before.audit.repairs()[["line", "id", "column", "value", "repair"]].values.tolist() == [
        [2, "A-1", "zip", "1002", "01002"],
        [3, "A-2", "lon", "30.27/-97.74", "lon -97.74, lat 30.27"],
    ]
    (tmp_path / "a.csv").write_text(head + rows)
    after = read(keys='inputs.accounts = {file = "a.csv", repair = true}')
    assert not after.audit.errors
    assert after.audit.repairs().empty
    assert after.accounts["zip"].tolist() == ["01002", "", "77030"]
    assert after.accounts["potential_usd"].tolist() == [1234.0, 5.0, 7.0]
    assert after.accounts[["lon", "lat"]].iloc[1].tolist() == [-97.74, 30.27]
    assert "restored to 01002" in str(after.audit.messages("warning"))


def test_orphans_of_alignment_history_and_affiliations_are_named(texts):
    text = texts(
        "warning",
        accounts=HEAD + GOOD,
        alignment="account_id,territory_id\nA-1,T01\nA-2,T01\nA-9,T01\n",
        history="account_id,period,revenue_usd\nA-1,2024,1\nA-7,2024,1\n",
        affiliations="account_id,idn\nA-1,x\nA-8,y\n",
    )
    for line in ("alignment.csv:4  A-9", "history.csv:3  A-7", "affiliations.csv:3  A-8"):
        assert f"  {line}  account_id" in text
    assert text.count("(no account has this id; the row is not used)") == 3


def test_tables_that_do_not_belong_together_are_refused(texts):
    text = texts(
        "error",
        accounts=HEAD + GOOD,
        alignment="account_id,territory_id\nA1,T01\nA2,T01\nA2,T01\n",
    )
    assert text.startswith(
        "error: alignment.csv: none of 3 rows find their account by account_id; "
        'the most frequent strangers: "A2" (2), "A1" (1)'
    )
    assert "hint: check that account_id holds the ids of the same extract" in text


def test_territories_of_reps_and_alignment_are_compared(texts):
    text = texts(
        accounts=HEAD + GOOD,
        reps="rep_id,territory_id,zip\nR-1,T01,77030\nR-2,T09,77030\nR-3,T01,77030\n",
        alignment="account_id,territory_id\nA-1,T01\nA-2,T02\n",
    )
    assert 'reps.csv:4  R-3  territory_id "T01"  (it belongs to the rep on line 2)' in text
    assert 'reps.csv:3  R-2  territory_id "T09"  (nothing is aligned to it today)' in text
    assert 'territory_id "T02"  (no rep has it; 1 row of the alignment name it)' in text


def test_an_alignment_of_units_restores_nothing_silently(read):
    tables = read(
        units="unit_id,potential_usd\n09001,5\n48201,5\n",
        alignment="unit_id,territory_id\n09001,T1\n48201:77030,T2\n09110,T1\n",
    )
    assert tables.alignment["unit_id"].tolist() == ["", "09001", "48201:77030"]
    assert not tables.audit.errors
    assert "Capitol Planning Region" in str(tables.audit.messages("warning"))


def test_blanks_around_ids_are_taken_off_and_reported(read):
    tables = read(
        accounts="account_id,name,zip\n A-1 ,  St. Mary ,77030\n",
        alignment="account_id,territory_id\nA-1,T01 \n",
    )
    assert tables.accounts["account_id"].tolist() == ["A-1"]
    assert tables.accounts["name"].tolist() == ["  St. Mary "]
    assert "blanks around ids were taken off" in str(tables.audit.messages("info"))
    assert not tables.audit.errors


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://x")', "+1", "-x", "@SUM(A1)", "</script><script>alert(1)</script>",
        "`${alert(1)}`", "O'Brien; DROP TABLE", "Hôpital \U0001f3e5 東京", "a\\b", "{{7*7}}",
        "\u202eevil",
    ],
)  # fmt: skip
def test_a_hostile_name_is_kept_verbatim_and_its_message_is_harmless(read, name):
    quoted = '"' + name.replace('"', '""') + '"'
    tables = read(accounts=f"account_id,name,zip\n{quoted},{quoted},99999\n")
    assert tables.accounts["name"].tolist() == [name]
    assert tables.accounts["account_id"].tolist() == [name]
    text = tables.audit.messages("error")[0].text()
    assert "\u202e" not in text
    assert "\x1b" not in text


def test_npi_and_ccn_are_checked_where_there_are_such_columns(read):
    tables = read(
        accounts="account_id,zip,npi,ccn\nA-1,77030,1234567893,450002\nA-2,77030,1234567890,45C0001363\n"
        "A-3,77030,3234567893,10001\nA-4,77030,n/a,01014F\n"
    )
    text = "\n".join(message.text() for message in tables.audit.messages("warning"))
    assert 'accounts.csv:3  A-2  npi "1234567890"  (its last digit contradicts the others)' in text
    assert (
        'accounts.csv:4  A-3  npi "3234567893"  (an NPI has ten digits, the first 1 or 2)' in text
    )
    assert "CCNs have six digits; Excel drops leading zeros" in text
    assert text.count("accounts.csv:2") == 0
    assert tables.accounts["ccn"].tolist() == ["450002", "45C0001363", "10001", "01014F"]


def test_an_id_that_a_spreadsheet_shortened_is_a_warning(texts):
    assert 'account_id "1.23457E+12"  (a spreadsheet shortened a long number)' in texts(
        "warning", accounts="account_id,zip\n1.23457E+12,77030\n"
    )


def test_types_are_written_in_one_way_and_reported(read):
    tables = read(accounts="account_id,zip,type\nA-1,77030,Acute Care\nA-2,77030,asc\nA-3,77030,\n")
    assert tables.accounts["type"].tolist() == ["acute_care", "asc", "other"]
    assert 'types were read: "Acute Care" as acute_care' in str(tables.audit.messages("info"))


def test_places_outside_the_united_states_are_not_judged_by_american_rules(read):
    tables = read(
        keys='geography.kind = "belgium_cantons"',
        accounts="account_id,zip,lon,lat\nA-1,1000,4.35,50.85\nA-2,9000,3.72,51.05\n",
    )
    assert not tables.audit.errors
    assert tables.accounts["lon"].tolist() == [4.35, 3.72]


def test_findings_for_rows_carry_file_line_id_and_value(read):
    tables = read(accounts=HEAD + GOOD)
    found = tables.findings(
        "accounts", [1], severity="info", kind="placed_by_zip", column="zip", what="placed"
    )
    assert [(f.file, f.line, f.id, f.value) for f in found] == [("accounts.csv", 3, "A-2", "10027")]


def test_an_unknown_sample_is_one_problem_in_words(read):
    tables = read(inputs=['inputs.units = {sample = "no_such_sample"}'])
    assert [finding.what for finding in tables.audit.errors] == [
        "there is no such sample for units"
    ]


def test_reading_changes_no_file_and_twice_gives_the_same(read, tmp_path):
    first, again = read(accounts=HEAD + GOOD), read(accounts=HEAD + GOOD)
    pd.testing.assert_frame_equal(first.accounts, again.accounts)
    assert first.audit == again.audit
    assert (tmp_path / "accounts.csv").read_text() == HEAD + GOOD


def test_two_headers_that_fit_one_column_are_a_question(read):
    tables = read(accounts="account_id,zip,Net Sales,Sales\nA-1,77030,1,2\n")
    assert [finding.what for finding in tables.audit.errors] == [
        'has 2 columns that could be revenue_usd: "Net Sales" and "Sales"'
    ]
