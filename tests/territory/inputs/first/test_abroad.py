"""Exports of other countries: codes, currency and units are theirs, and no file is passed over."""

import tomllib

import pytest
from shapely.geometry import box

from territory.audit import Audit
from territory.inputs.first.areas import as_polygons
from territory.inputs.first.facts import currencies, lies_abroad, people, read
from territory.inputs.first.first import first_scenario
from territory.inputs.first.look import look

HEAD = "Kunden-Nr.;Kundenname;PLZ;Ort;Potenzial EUR;Umsatz 2023;Umsatz 2024;Au\u00dfendienst\n"
ROWS = "".join(
    f"10{n:02d};Klinik {n};1011{n};Berlin;{n}.500,00;1,50;2,50;{'Ann Lee' if n % 2 else 'Bo Ek'}\n"
    for n in range(1, 9)
)
POSTAL = "PLZ;Ort;Laenge;Breite\n" + "".join(f"1011{n};Berlin;13,{n};52,5\n" for n in range(1, 99))


def first(folder, **files):
    paths = []
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_text(content, encoding="utf-8")
        paths.append(path)
    found = first_scenario(folder / "plan", paths, audit=lambda path: Audit([]))
    return tomllib.loads(found.path.read_text(encoding="utf-8")), found.lines


def test_a_german_export_is_no_american_plan(tmp_path):
    scenario, lines = first(tmp_path, kunden_csv=HEAD + ROWS, plz_csv=POSTAL)
    assert scenario["currency"] == "EUR"
    assert scenario["geography"] == {"kind": "points"}
    assert scenario["inputs"]["accounts"]["postal_points"] == {
        "file": "plz.csv", "code": "PLZ", "lon": "Laenge", "lat": "Breite",
    }  # fmt: skip
    assert scenario["inputs"]["accounts"]["columns"]["revenue_usd"] == "Umsatz 2024"
    assert not [line for line in lines if line[0] == "not used"]


ACCOUNTS = "Kundennummer;Kunde;PLZ;Ort;Potenzial;Betreuer;Offene Angebote\n" + "".join(
    f"00{n:02d};Klinik {n};1011 A{'BCDEFGHK'[n % 8]};Ede;{n}.500,00 EUR;007{n % 2};1.000 EUR\n"
    for n in range(1, 9)
)


@pytest.mark.parametrize(
    "head",
    [
        "Gebiet;Personalnr.;Name;Breitengrad;L\u00e4ngengrad;Arbeitsstunden",
        "Bezirk;Schl\u00fcssel;Wer;Breitengrad;L\u00e4ngengrad;Arbeitsstunden",
    ],
)
def test_a_table_of_the_accounts_owners_is_the_roster_whatever_its_headers(tmp_path, head):
    team = (
        f"{head}\nG1;0070;J\u00f6rg K;52,37;4,9;1.650\nG2;0071;VAKANT - S\u00fcd;52,1;5,1;1.650\n"
    )
    scenario, lines = first(tmp_path, kunden_csv=ACCOUNTS, gebiete_csv=team)
    reps = scenario["inputs"]["reps"]
    assert reps["file"] == "gebiete.csv"
    assert reps["columns"]["rep_id"] == head.split(";")[1]
    assert reps["columns"]["capacity_h"] == "Arbeitsstunden"
    accounts = scenario["inputs"]["accounts"]["columns"]
    assert (accounts["name"], accounts["pipeline_usd"]) == ("Kunde", "Offene Angebote")
    assert not [line for line in lines if line[0] == "not used"]


def test_a_cell_of_a_vacant_seat_and_a_rep_is_both():
    labels = ["Dana Hart", "VACANT - Ohio", "VACANT - Ohio / Dana Hart", "Hart & Sons"]
    names, nobody = people(labels)
    assert names == ["Dana Hart", "Hart & Sons"]
    assert nobody == {"VACANT - Ohio": 2}


def test_a_file_that_is_not_used_is_named(tmp_path):
    other = "Colour,Taste\nred,sweet\nblue,sour\n"
    _, lines = first(tmp_path, kunden_csv=HEAD + ROWS, fruit_csv=other, alt_csv=HEAD + ROWS[:90])
    said = [what for kind, what in lines if kind == "not used"]
    assert said[0] == '2 rows of "fruit.csv": no table that is known ("Colour", "Taste")'
    assert (
        'of "alt.csv" look like accounts too; "kunden.csv" has more rows and was taken' in said[1]
    )


@pytest.mark.parametrize(
    ("head", "row", "abroad"),
    [
        ("account_id,zip", "10115", False),
        ("account_id,PLZ", "10115", True),
        ("account_id,zip,country", "10115,Germany", True),
        ("account_id,PLZ,country", "10115,USA", False),
        ("account_id,zip,lon,lat", "10115,13.4,52.5", True),
        ("account_id,zip,lon,lat", "10115,73.99,40.7", False),
        ("account_id,codigo postal", "00901", False),
    ],
)
def test_where_accounts_lie_is_told_by_country_then_points_then_the_word(
    tmp_path, head, row, abroad
):
    path = tmp_path / "accounts.csv"
    path.write_text(f"{head}\n" + "".join(f"A{n},{row}\n" for n in range(3)))
    sheet = look(path)[0]
    assert lies_abroad(sheet, read(sheet, "points").frame) is abroad


def test_the_currency_is_that_of_headers_and_cells(tmp_path):
    path = tmp_path / "accounts.csv"
    path.write_text("account_id,zip,potential,revenue\nA,77002,CHF 5,$6\nB,77002,CHF 7,$8\n")
    assert currencies(look(path)[0]) == {"CHF"}


def test_a_layer_of_areas_beside_accounts_is_the_units(tmp_path):
    import geopandas as gpd

    layer = tmp_path / "kreise.geojson"
    shapes = [box(13 + n, 52, 14 + n, 53) for n in range(3)]
    table = {"AGS": ["01", "02", "03"], "GEN": list("abc"), "EWZ": [3, 4, 5]}
    gpd.GeoDataFrame(table, geometry=shapes, crs=4326).to_file(layer)
    (tmp_path / "accounts.csv").write_text(
        "account_id,name,lon,lat\n" + "".join(f"A{n},a,13.{n},52.5\n" for n in range(1, 9))
    )
    paths = [tmp_path / "accounts.csv", layer]
    found = first_scenario(tmp_path / "plan", paths, audit=lambda path: Audit([]))
    scenario = tomllib.loads(found.path.read_text(encoding="utf-8"))
    assert scenario["geography"] == {
        "kind": "polygons", "file": "kreise.geojson", "id": "AGS", "name_column": "GEN",
    }  # fmt: skip
    assert as_polygons(look(layer)[0]).why["id"] == "a header of ids"


def test_an_extract_of_objects_is_joined_and_its_alignment_found(tmp_path):
    zips = ["43004", "43016", "43026", "43054"]
    account = '"id","name__v","account_type__v","npi_num__v"\n' + "".join(
        f'"V{n:03d}","Clinic {n}","clinic__v","12345678{n:02d}"\n' for n in range(12)
    )
    address = "id,account__v,city__v,state_province__v,postal_code__v,primary__v\n" + "".join(
        f"D{n},V{n % 12:03d},Columbus,US-OH,{zips[n % 4]},{'true' if n < 12 else ''}\n"
        for n in range(15)
    )
    aligned = "id,account__v,territory__v,territory__vr.name__v\n" + "".join(
        f"T{n},V{n:03d},0T{n % 2},OH-{n % 2}\n" for n in range(12)
    )
    users = "user__v,user__vr.name__v,territory__vr.name__v,home_zip\n" + "".join(
        f"005{n},Ann {n},OH-{n},{zips[n]}\n" for n in range(2)
    )
    files = {"account_csv": account, "address_csv": address, "territory_csv": aligned}
    scenario, _ = first(tmp_path, **files, users_csv=users)
    inputs = scenario["inputs"]
    assert inputs["accounts"]["addresses"] == {"file": "address.csv", "account": "account__v"}
    assert "zip" not in inputs["accounts"]["columns"]
    assert inputs["alignment"]["columns"] == {
        "account_id": "account__v", "territory_id": "territory__vr.name__v",
    }  # fmt: skip
    assert scenario["geography"]["states"] == ["OH"]
    assert inputs["reps"]["columns"]["name"] == "user__vr.name__v"


def test_inactive_rows_and_ids_that_some_rows_lack_are_said(tmp_path):
    rows = "".join(
        f"G{n},{'' if n == 3 else f'A{n}'},Clinic {n},7700{n % 4 + 2},{'' if n == 5 else n * 10},"
        f"{'Inactive' if n == 7 else 'Active'}\n"
        for n in range(12)
    )
    head = "(Do Not Modify) Account,Account Number,Account Name,ZIP,Annual Potential,Status\n"
    scenario, lines = first(tmp_path, accounts_csv=head + rows)
    accounts = scenario["inputs"]["accounts"]
    assert accounts["columns"]["account_id"] == "(Do Not Modify) Account"
    said = dict(lines)
    assert said["inactive"].startswith('1 row of accounts say "Inactive" in column "Status"')
    assert scenario["defaults"]["other"]["potential_usd"] == 60.0
    text = (tmp_path / "plan" / "scenario.toml").read_text(encoding="utf-8")
    assert "where = \"not (`Status` in ('Inactive'))\"" in " ".join(text.replace("# ", "").split())
