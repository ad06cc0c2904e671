"""Headers in other languages are known, whatever their accents, and no two columns share one."""

import pandas as pd
import pytest

from territory.inputs.headers.columns import columns_of
from territory.inputs.headers.languages import ABROAD
from territory.inputs.headers.matched import matched_headers
from territory.inputs.sources.names import plain_name

ACCOUNTS = ("account_id", "name", "type", "zip", "lon", "lat", "service_h", "n_calls")


@pytest.mark.parametrize(
    "header",
    [
        "Kunden-Nr.;Kundenname;Kundentyp;PLZ;L\u00e4ngengrad;Breitengrad;Stunden/Jahr;Besuche;"
        "Potenzial;Umsatz in TEUR",
        "N\u00b0 client;Raison sociale;Type de client;Code postal;Longitude;Latitude;"
        "Heures par an;Visites par an;Potentiel;Chiffre d'affaires",
        "N\u00ba Cliente;NOMBRE;Tipo;C\u00f3digo Postal;Longitud;Latitud;Horas al a\u00f1o;Visitas;"
        "Potencial;Ventas \u20ac",
    ],
)
def test_a_table_in_another_language_has_all_our_columns(header):
    cells = pd.DataFrame([], columns=header.split(";"), dtype="str")
    found = matched_headers(cells, columns_of("accounts"), {})
    wanted = (*ACCOUNTS, "potential_usd", "revenue_usd")
    assert [found.headers[name] for name in wanted] == header.split(";")


def test_no_word_of_another_language_means_two_columns_of_the_accounts():
    meanings = ("account_id", "name", "type", "street", "city", "state", "zip", "country", "lon")
    meanings += ("lat", "service_h", "n_calls", "potential", "revenue", "idn", "gpo", "territory")
    words = [name for key in meanings for name in {plain_name(word) for word in ABROAD[key]}]
    assert sorted({word for word in words if words.count(word) > 1}) == []


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("L\u00e4ngengrad Wohnort", "Breitengrad Wohnort"),
        ("Home Longitude", "Home Latitude"),
        ("Longitude domicile", "Latitude domicile"),
        ("Longitud domicilio", "Latitud domicilio"),
    ],
)
def test_the_home_of_a_rep_is_found_in_other_languages(lon, lat):
    cells = pd.DataFrame([], columns=["rep_id", lon, lat], dtype="str")
    found = matched_headers(cells, columns_of("reps"), {})
    assert (found.headers["lon"], found.headers["lat"]) == (lon, lat)
