"""Public files become accounts by stated rules: nothing unknown is zero, nothing is lost unsaid."""

from functools import cache

import numpy as np
import openpyxl
import pytest

from territory.errors import InputError
from territory.inputs.cells import write_table
from territory.inputs.public_files import import_public
from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

HIFLD_HEAD = (
    "\ufeffX,Y,FID,ID,NAME,ADDRESS,CITY,STATE,ZIP,TYPE,STATUS,COUNTY,COUNTYFIPS,LATITUDE,"
    "LONGITUDE,OWNER,BEDS,TRAUMA\n"
)
AUSTIN = "-10880367.0,3537916.6,1"


def hifld(
    ident, *, xy=AUSTIN, zip_code="78701", status="OPEN", beds="50", kind="GENERAL ACUTE CARE",
    fips="48453", state="TX",
):  # fmt: skip
    return (
        f"{xy},{ident}, SETON ,1 MAIN,AUSTIN,{state},{zip_code},{kind},{status},TRAVIS,{fips},"
        f"30.267,-97.74,NON-PROFIT,{beds},NOT AVAILABLE\n"
    )


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """Write one file and import it."""
    monkeypatch.chdir(tmp_path)

    def importer(kind, content, name="a.csv", **options):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return import_public(kind, [name], **options)

    return importer


def text_of(result):
    return "\n\n".join(message.text() for message in result.audit.messages())


def test_closed_hospitals_are_left_out_and_counted_and_sentinels_are_missing(imported):
    rows = hifld("0000000001", beds="-999") + hifld("0000000002", status="CLOSED")
    result = imported("hifld-hospitals", HIFLD_HEAD + rows)
    account = result.accounts.iloc[0]
    assert result.accounts["account_id"].tolist() == ["HIFLD-0000000001"]
    assert np.isnan(account["beds"])
    assert (account["name"], account["type"], account["trauma"]) == ("SETON", "hospital", "")
    assert (account["lon"], account["lat"], account["place"]) == (-97.74, 30.267, "coordinates")
    assert result.counts["left out: closed"] == 1
    assert result.counts["beds unknown (-999), made missing"] == 1
    assert "1  left out: closed" in result.report()


def test_a_zip_that_lost_its_zero_is_restored_and_reported(imported):
    result = imported("hifld-hospitals", HIFLD_HEAD + hifld("0000000001", zip_code="3820"))
    assert result.accounts["zip"].tolist() == ["03820"]
    assert 'a.csv:2  HIFLD-0000000001  zip "3820"  (restored to 03820)' in text_of(result)


def test_coordinates_that_contradict_each_other_are_reported(imported):
    row = hifld("0000000001", xy="-10580366.9,3539042.5,1")
    result = imported("hifld-hospitals", HIFLD_HEAD + row)
    assert result.counts["coordinates that disagree with X, Y"] == 1
    assert "1 of 1 account has two published places that disagree" in text_of(result)
    good = imported("hifld-hospitals", HIFLD_HEAD + hifld("0000000001"))
    assert good.counts["coordinates that disagree with X, Y"] == 0


def test_county_codes_not_available_are_missing_and_old_ones_are_read_as_their_successors(imported):
    rows = hifld("0000000001", fips="NOT AVAILABLE") + hifld("0000000002", fips="46113")
    result = imported("hifld-hospitals", HIFLD_HEAD + rows)
    assert result.accounts["county_fips"].tolist() == ["", "46102"]


def test_states_and_types_filter_and_count_what_they_leave_out(imported):
    rows = (
        hifld("0000000001")
        + hifld("0000000002", state="OK")
        + hifld("0000000003", kind="PSYCHIATRIC")
    )
    result = imported("hifld-hospitals", HIFLD_HEAD + rows, state="tx", types=["hospital"])
    assert result.accounts["account_id"].tolist() == ["HIFLD-0000000001"]
    assert result.counts["left out: in another state"] == 1
    assert result.counts["left out: of another type"] == 1


def test_of_two_files_the_one_named_last_wins(tmp_path):
    (tmp_path / "old.csv").write_text(HIFLD_HEAD + hifld("0000000001", beds="10"))
    (tmp_path / "new.csv").write_text(HIFLD_HEAD + hifld("0000000001", beds="20"))
    files = [tmp_path / "old.csv", tmp_path / "new.csv"]
    result = import_public("hifld-hospitals", files)
    assert result.accounts["beds"].tolist() == [20.0]
    assert result.counts["left out: account id again later, which wins"] == 1


ASC_HEAD = (
    '"Facility Name","Facility ID","NPI","City/Town","State","ZIP Code","Year",'
    '"ASC-17 Total Cases","ASC-17 Footnote"\n'
)


def test_asc_rows_of_one_center_are_resolved_by_the_stated_rule(imported):
    result = imported(
        "cms-asc",
        ASC_HEAD
        + "OLD,45C0000001,1234567893,AUSTIN,TX,78701,2022,99,\n"
        + "A,45C0000001,1234567893,AUSTIN,TX,78701,2023,40,\n"
        + "A,45C0000001,1234567893,AUSTIN,TX,78701,2023_Q4,N/A,5\n"
        + "B,45C0000001,1972845743,HOUSTON,TX,77030,2023,60,\n"
        + "C,45C0000002,1003015843,AUSTIN,TX,78701,2023,N/A,5\n",
    )
    both, alone = result.accounts.to_dict("records")
    assert (both["account_id"], both["name"], both["zip"]) == ("CCN-45C0000001", "B", "77030")
    # 100 cases of the two years 2022 and 2023.
    assert (both["procedures"], both["type"], both["npi"]) == (50.0, "asc", "1972845743")
    assert both["procedures_published"] == 100.0
    assert both["procedures_period"] == "2022-01-01/2023-12-31"
    assert (both["procedures_years"], both["procedures_source"]) == (2.0, "cms-asc 2023")
    assert np.isnan(alone["procedures"])
    assert result.counts["left out: other periods of the same numbers"] == 2
    assert result.counts["joined: further NPIs of the same CCN"] == 1
    assert "one CCN with several ZIP codes; the site with most cases is the place" in text_of(
        result
    )


def test_centers_are_placed_by_zip_then_city_and_the_rest_is_named(imported):
    result = imported(
        "cms-asc",
        ASC_HEAD
        + "A,31C0000001,1234567893,NEWTON,NJ,7860,2023,40,\n"
        + "B,45C0000002,1003015843,AUSTIN,TX,,2023,40,\n"
        + "C,45C0000003,1003017351,,TX,,2023,40,\n",
    )
    accounts = result.accounts
    assert accounts["place"].tolist() == ["zip", "city"]
    assert accounts["zip"].tolist() == ["07860", ""]
    assert accounts["lon"].iloc[0] == pytest.approx(-74.75, abs=0.1)
    assert accounts["lat"].iloc[1] == pytest.approx(30.27, abs=0.15)
    assert result.counts["left out: without a place, see the audit"] == 1
    text = text_of(result)
    assert "CCN-45C0000003" in text
    assert "(restored to 07860)" in text
    assert "(placed by its city (middle of its ZIP codes))" in text
    assert "(no usable ZIP code, city or county: left out, add the place to the file)" in text


def test_a_zip_code_of_another_state_places_nothing(imported):
    row = "A,10C0001622,1234567893,PENSACOLA,FL,19355,2023,40,\n"
    result = imported("cms-asc", ASC_HEAD + row)
    assert result.accounts["place"].tolist() == ["city"]
    assert result.accounts["lon"].iloc[0] == pytest.approx(-87.2, abs=0.3)
    assert (
        'zip "19355"  (is a ZIP code of another state than the facility\'s: not used)'
        in text_of(result)
    )


def test_footnotes_one_five_and_seven_are_three_different_things(imported):
    head = ASC_HEAD.replace("\n", ',"ASC-12 Total Cases","ASC-12 Footnote"\n')
    row = "{0},45C000000{0},123456789{0},AUSTIN,TX,78701,2023,{1}\n"
    cells = ["40,,N/A,5", "N/A,1,N/A,5", "N/A,5,300,", "N/A,7,N/A,1", "N/A,5,N/A,5"]
    result = imported(
        "cms-asc", head + "".join(row.format(at, each) for at, each in enumerate(cells))
    )
    accounts = result.accounts
    assert accounts["procedures_status"].tolist() == [
        "published", "too few", "not available", "none", "not available",
    ]  # fmt: skip
    np.testing.assert_array_equal(accounts["procedures"], [20.0, np.nan, np.nan, 0.0, np.nan])
    # Too few to report: less than the smallest count of the file, 39 in two years.
    np.testing.assert_array_equal(
        accounts["procedures_at_most"], [np.nan, 19.5, np.nan, np.nan, np.nan]
    )
    assert accounts["services"].tolist() == ["", "", "colonoscopy", "colonoscopy", ""]
    assert accounts["focus"].tolist() == [
        "orthopaedics",
        "orthopaedics",
        "endoscopy",
        "endoscopy",
        "",
    ]
    assert result.counts["orthopaedic cases too few"] == 1


def test_the_edition_of_2021_counts_a_year_and_a_half(imported):
    row = "A,45C0000001,1234567893,AUSTIN,TX,78701,2021,30,\n"
    (account,) = imported("cms-asc", ASC_HEAD + row).accounts.to_dict("records")
    assert account["procedures"] == 20.0
    assert account["procedures_period"] == "2020-07-01/2021-12-31"


def test_a_period_of_unknown_length_is_refused_with_its_year(imported):
    row = "A,45C0000001,1234567893,AUSTIN,TX,78701,2023_Q4,40,\n"
    with pytest.raises(InputError, match=r'Year is "2023_Q4" in a\.csv: how long its claims were'):
        imported("cms-asc", ASC_HEAD + row)


@pytest.mark.parametrize(
    "header",
    [
        '"Facility ID","Facility Name","Address","City/Town","State","ZIP Code","County/Parish",'
        '"Hospital Type","Hospital Ownership"',
        '"Provider ID","Hospital Name","Address","City","State","ZIP Code","County Name",'
        '"Hospital Type","Hospital Ownership"',
    ],
)
def test_both_editions_of_hospital_general_information_are_read(imported, header):
    result = imported(
        "cms-hospitals",
        header
        + "\n010001,SOUTHEAST,1 ST,DOTHAN,AL,36301,HOUSTON,Acute Care Hospitals,Proprietary\n"
        "10005,MARSHALL,1 ST,BOAZ,AL,99999,ST. CLAIR,Critical Access Hospitals,Not Available\n"
        "010001,AGAIN,1 ST,DOTHAN,AL,36301,HOUSTON,Acute Care Hospitals,Proprietary\n",
    )
    accounts = result.accounts
    assert accounts["account_id"].tolist() == ["CCN-010001", "CCN-010005"]
    assert accounts["name"].tolist() == ["SOUTHEAST", "MARSHALL"]
    assert accounts["type"].tolist() == ["hospital", "critical_access"]
    assert accounts["owner"].tolist() == ["Proprietary", ""]
    assert accounts["place"].tolist() == ["zip", "city"]
    assert result.counts["left out: later rows of a CCN"] == 1
    assert "restored to 010005" in text_of(result)


def test_musculoskeletal_services_are_summed_and_suppressed_ones_are_missing(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for title in ("Provider Summary", " ", "NOTE", "suppressed", None):
        sheet.append([title])
    sheet.append(
        ["Provider ID", "Provider Name", "Provider Street Address", "Provider City",
         "Provider\nState", "Provider\nZip Code", "APC", "Comprehensive APC\nServices"]
    )  # fmt: skip
    for ccn, apc, services in [
        (10001, 5123, 161),
        (10001, 5124, 48),
        (10001, 8011, 900),
        (450002, 8011, 12),
    ]:
        sheet.append([ccn, "H", "1 ST", "DOTHAN", "AL", 1201, apc, services])
    book.save(tmp_path / "opps_cy2016.xlsx")
    result = import_public("cms-opps", [tmp_path / "opps_cy2016.xlsx"])
    accounts = result.accounts
    assert accounts["procedures_status"].tolist() == ["lower bound", "too few"]
    assert accounts["procedures_at_most"].tolist() == [219.0, 30.0]
    assert set(accounts["procedures_source"]) == {"cms-opps 2016"}
    book.save(tmp_path / "opps.xlsx")
    undated = import_public("cms-opps", [tmp_path / "opps.xlsx"])
    assert "the year of its services is not known" in text_of(undated)
    assert accounts["account_id"].tolist() == ["CCN-010001", "CCN-450002"]
    assert accounts["procedures"].iloc[0] == 209.0
    assert np.isnan(accounts["procedures"].iloc[1])
    assert accounts["zip"].tolist() == ["01201", "01201"]
    assert result.counts["without any published APC 5123-5125, made missing"] == 1
    assert (
        result.counts["with some of APC 5123-5125 suppressed (fewer than 11): a lower bound"] == 1
    )


def test_wrong_files_kinds_and_states_are_refused_in_words(imported, tmp_path):
    with pytest.raises(InputError) as caught:
        imported("cms-asc", "NPI,Name\n1,2\n")
    assert str(caught.value) == (
        'error: a.csv: is no CMS ASC facility file: it has no column "Facility Name", '
        '"Facility ID", "City/Town", "State", "ZIP Code", "Year", "ASC-17 Total Cases"\n\n'
        "hint: give the file as published, and the kind that belongs to it"
    )
    with pytest.raises(InputError, match='"hifld" is no public file; expected one of hifld-hosp'):
        import_public("hifld", ["a.csv"])
    with pytest.raises(InputError, match='--state is "TZ"; expected a USPS state code'):
        import_public("cms-asc", ["a.csv"], state="TZ")
    with pytest.raises(InputError, match="there are no facilities in WY in hifld-hospitals"):
        imported("hifld-hospitals", HIFLD_HEAD + hifld("0000000001"), state="WY")
    with pytest.raises(InputError, match=r"none\.csv: does not exist"):
        import_public("cms-asc", [tmp_path / "none.csv"])
    with pytest.raises(InputError, match="no file for cms-asc"):
        import_public("cms-asc", [])


REAL = {
    "hifld-hospitals": ("hifld_hospitals_2020.csv", 7277, 768),
    "cms-asc": ("cms_asc_facility_2024-10.csv", 5511, 417),
    "cms-hospitals": ("cms_hospital_general_information_2025.csv", 5421, 462),
    "cms-opps": ("cms_opps_cy2016_provider_apc.xlsx", 3074, 281),
}


@pytest.fixture(scope="module")
def whole(real_data):
    """Import each real file once."""
    return cache(lambda kind: import_public(kind, [real_data / REAL[kind][0]]))


@pytest.mark.real
@pytest.mark.parametrize("kind", REAL)
def test_the_real_files_give_accounts_that_the_tables_accept(real_data, whole, tmp_path, kind):
    name, size, texas = REAL[kind]
    everything = whole(kind)
    assert len(everything.accounts) == size
    assert everything.accounts["account_id"].is_unique
    assert not everything.audit.errors
    result = import_public(kind, [real_data / name], state="TX")
    assert len(result.accounts) == texas
    assert (result.accounts["state"] == "TX").all()
    assert result.accounts["lon"].between(-107, -93).all()
    assert result.accounts["lat"].between(25, 37).all()
    write_table(result.accounts, tmp_path / "accounts.csv")
    (tmp_path / "tx.toml").write_text(
        "inputs.accounts = 'accounts.csv'\nteam.territories = 5\n[defaults.other]\n"
        "service_h = 1\nn_calls = 1\npotential_usd = 1\n"
    )
    tables = read_tables(read_scenario(tmp_path / "tx.toml"))
    assert not tables.audit.errors
    given = result.accounts.sort_values("account_id", kind="stable")
    assert tables.accounts["name"].tolist() == given["name"].tolist()
    assert tables.accounts["zip"].tolist() == given["zip"].tolist()


@pytest.mark.real
def test_no_case_and_no_service_of_the_real_files_is_lost_or_invented(whole):
    asc = whole("cms-asc")
    assert asc.accounts["procedures_published"].sum() == 471_241
    assert asc.accounts["procedures"].sum() == 471_241 / 2
    assert (asc.accounts["procedures"] == 0).sum() == asc.counts["orthopaedic cases none"] - 1
    assert asc.counts["left out: without a place, see the audit"] == 7
    opps = whole("cms-opps")
    assert opps.accounts["procedures"].sum() == 218_964
    assert opps.accounts["procedures"].notna().sum() == 2_378
    assert opps.accounts["ccn"].str.len().eq(6).all()
    hospitals = whole("hifld-hospitals")
    assert hospitals.counts["left out: closed"] == 319
    assert hospitals.accounts["beds"].min() >= 0


def test_hifld_editions_with_x_and_y_in_degrees_agree_with_their_coordinates():
    import numpy as np
    import pandas as pd

    from territory.inputs.public_files.hifld import _apart

    cells = pd.DataFrame({"x": ["-95.4", "-96.1"], "y": ["29.7", "30.2"]}, dtype="str")
    apart = _apart(cells, np.array([-95.4, -96.1]), np.array([29.7, 30.2]))
    assert apart.max() < 1e-9
    metres = pd.DataFrame({"x": ["-10619879.4"], "y": ["3463924.1"]}, dtype="str")
    assert _apart(metres, np.array([-95.4]), np.array([29.7])).max() < 0.01
