"""The map file: self-contained, the same every time, honest about what it leaves out."""

import json
import re
from dataclasses import replace

import geopandas
import numpy as np
import pandas as pd
import pytest
from shapely import box

from geo.map.content import Column, MapContent, deviation_text, value_text
from geo.map.draw import draw
from geo.map.offline import library_scripts
from geo.map.palette import LEAST_STEP, distances

HOSTILE = (
    "</script><script>window.hacked=1</script>",
    "${window.hacked=1}`\\",
    '"><img src=x onerror=window.hacked=1>',
    "{{7*7}}{% endmacro %}<!--part:body-->",
)


def grid_content(columns: int = 4, rows: int = 3, **changes: object) -> MapContent:
    """Squares of 10 km; every square is a territory of two units and one account."""
    side = 10_000.0
    units, owner = [], []
    for c in range(columns):
        for r in range(rows):
            west, south = c * side, 900_000 + r * side
            units += [
                box(west, south, west + side / 2, south + side),
                box(west + side / 2, south, west + side, south + side),
            ]
            owner += [f"T{c}{r}"] * 2
    unit_frame = geopandas.GeoDataFrame(
        {"name": [f"Unit {i}" for i in range(len(units))], "territory_id": owner},
        geometry=units,
        index=[f"U{i:02d}" for i in range(len(units))],
        crs="EPSG:5070",
    )
    names = owner[::2]
    places = unit_frame.geometry.centroid.to_crs(4326).iloc[::2]
    territories = pd.DataFrame(
        {"rep": [f"Rep {name}" for name in names], "load_h": 1000.0, "deviation": 0.0}, index=names
    )
    territories.loc[names[0], "deviation"] = 0.15
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{i}" for i in range(len(names))],
            "name": [f"Clinic {i}" for i in range(len(names))],
            "lon": places.x.to_numpy(),
            "lat": places.y.to_numpy(),
            "tier": [("A", "B", "C", "")[i % 4] for i in range(len(names))],
            "territory_id": names,
        }
    )
    homes = accounts.rename(columns={"account_id": "rep_id"}).drop(columns="tier")
    content = MapContent(
        title="Grid",
        territories=territories,
        units=unit_frame,
        accounts=accounts,
        homes=homes,
        columns=[
            Column(
                name="load_h", title="Workload", kind="hours", deviation="deviation", tolerance=0.1
            )
        ],
    )
    return replace(content, **changes)


def data_of(page: str) -> dict:
    found = re.search(r'id="territory-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_page_names_no_address_that_a_browser_would_ask():
    page = draw(grid_content())
    assert "sourceMappingURL" not in page
    for word in ("bootstrap", "awesome", "openstreetmap", "jsdelivr", "cdnjs"):
        assert word not in page
    libraries = "".join(library_scripts())
    own = "".join(
        text for text in re.split(r"</?script[^>]*>", page) if text.strip() not in libraries
    )
    assert set(re.findall(r"https?://[\w.]*", own)) == set()


def test_tiles_appear_only_when_asked_for():
    page = draw(grid_content(tiles=True))
    assert "tile.openstreetmap.org/{z}/{x}/{y}" in page


def test_the_same_content_gives_the_same_file():
    assert draw(grid_content()) == draw(grid_content())


def test_neighbouring_territories_never_share_a_colour_nor_look_alike_to_anyone():
    content = grid_content(5, 4)
    fills = {row["id"]: row["fill"] for row in data_of(draw(content))["territories"]}
    for name, fill in fills.items():
        column, row = int(name[1]), int(name[2])
        for other in (f"T{column + 1}{row}", f"T{column}{row + 1}"):
            if other in fills:
                assert distances([fill, fills[other]])[0, 1] >= LEAST_STEP


def test_neighbours_over_a_bridge_do_not_share_a_colour_either():
    fills = [row["fill"] for row in data_of(draw(grid_content()))["territories"]]
    names = list(grid_content().territories.index)
    twins = [(a, b) for a in range(12) for b in range(a) if fills[a] == fills[b]]
    pairs = [(names[a], names[b]) for a, b in twins]
    bridged = data_of(draw(grid_content(neighbours=pairs)))["territories"]
    assert all(bridged[a]["fill"] != bridged[b]["fill"] for a, b in twins)


def test_hostile_text_reaches_the_file_only_as_text():
    content = grid_content()
    count = len(content.territories)
    texts = [HOSTILE[i % len(HOSTILE)] for i in range(count)]
    page = draw(
        replace(
            content,
            title=HOSTILE[0],
            subtitle=HOSTILE[2],
            status=HOSTILE[1],
            badge=HOSTILE[3],
            facts={HOSTILE[0]: HOSTILE[2]},
            notes=HOSTILE,
            territories=content.territories.assign(label=texts, rep=texts),
            accounts=content.accounts.assign(name=texts, tier=texts),
            homes=content.homes.assign(name=texts),
        )
    )
    assert "<script>window" not in page
    assert "<img" not in page.split("<body>")[1].replace("'<img", "")
    assert page.count("</script>") == draw(content).count("</script>")
    assert [row["label"] for row in data_of(page)["territories"]] == texts
    assert "&#36;&#123;window.hacked=1&#125;" in page


def test_a_deviation_beyond_the_tolerance_is_marked_and_one_on_it_is_not():
    content = grid_content()
    deviations = np.zeros(12)
    deviations[:3] = [0.1, -0.1, 0.1001]
    page = draw(replace(content, territories=content.territories.assign(deviation=deviations)))
    marked = [row["rows"][0][3] for row in data_of(page)["territories"]]
    assert marked == [False, False, True] + [False] * 9
    assert page.count('class="out"') == 1


def test_too_many_units_are_said_to_be_left_out_of_the_drawing():
    page = draw(grid_content(unit_limit=10))
    assert data_of(page)["units"]["shape"] == []
    assert len(data_of(page)["units"]["id"]) == 24
    assert "The borders of the 24 units are not drawn" in page
    assert "The borders of the" not in draw(grid_content())


def test_accounts_without_a_place_are_counted_not_drawn():
    content = grid_content()
    accounts = content.accounts.copy()
    accounts.loc[[1, 2], "lon"] = np.nan
    page = draw(replace(content, accounts=accounts))
    assert len(data_of(page)["accounts"]["id"]) == 10
    assert "2 accounts without a place are not drawn." in page


def test_a_map_without_accounts_homes_or_units_has_no_empty_layers():
    content = grid_content()
    bare = replace(
        content,
        accounts=content.accounts.iloc[:0],
        homes=content.homes.iloc[:0],
        units=content.units.iloc[:0],
        territories=content.units.dissolve("territory_id").join(content.territories),
    )
    page = draw(bare)
    assert data_of(page)["overlays"] == {}
    assert len(data_of(page)["territories"]) == 12


def test_marks_fall_in_size_with_the_tier_whatever_the_tiers_are_called():
    content = grid_content()
    names = ["Gold", "Silver", "Bronze"] * 4
    tiers = data_of(draw(replace(content, accounts=content.accounts.assign(tier=names))))["tiers"]
    assert [tier["name"] for tier in tiers] == ["Bronze", "Gold", "Silver"]
    letters = data_of(draw(content))["tiers"]
    assert [tier["title"] for tier in letters] == ["Tier A", "Tier B", "Tier C", "Untiered"]
    assert letters[0]["radius"] > letters[1]["radius"] > letters[2]["radius"]


def test_only_exceptions_that_are_true_are_marked():
    content = grid_content()
    words = ["true", "false", "", "True", None, "0", *["false"] * 6]
    page = draw(replace(content, accounts=content.accounts.assign(exception=words)))
    assert data_of(page)["accounts"]["exception"] == [1, 0, 0, 1, *[0] * 8]
    assert "Named account, served by another territory<small>2</small>" in page


def test_the_map_of_a_state_with_its_counties_and_1200_accounts_is_an_e_mail_attachment():
    from geo.us.boundaries import counties

    units = counties(["TX"]).units
    middle = units.geometry.centroid
    units = units.assign(territory_id=[f"T{int(x // 150_000)}{int(x // 2) % 2}" for x in middle.x])
    rng = np.random.default_rng(1)
    places = middle.to_crs(4326)
    which = rng.integers(0, len(units), 1200)
    accounts = pd.DataFrame(
        {
            "account_id": [f"A-{i:05d}" for i in range(1200)],
            "name": [f"A hospital with a name of usual length {i}" for i in range(1200)],
            "lon": places.x.to_numpy()[which],
            "lat": places.y.to_numpy()[which],
            "tier": rng.choice(list("ABCD"), 1200),
            "territory_id": units["territory_id"].to_numpy()[which],
            "potential_usd": rng.lognormal(11, 1, 1200),
        }
    )
    content = MapContent(
        title="Texas",
        territories=pd.DataFrame(index=sorted(set(units["territory_id"]))),
        units=units,
        accounts=accounts,
        homes=accounts.iloc[:20].rename(columns={"account_id": "rep_id"}),
        account_columns=[Column(name="potential_usd", title="Potential", kind="usd")],
    )
    assert len(draw(content).encode()) < 1_200_000


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (999_949, "usd", "$1.00M"),
        (999_400, "usd", "$999k"),
        (-1_250_000, "usd", "−$1.25M"),
        (12.34, "hours", "12 h"),
        (7.84, "hours", "7.8 h"),
        (1_234.5, "hours", "1,234 h"),
        (float("nan"), "usd", "–"),
        (None, "text", "–"),
        (pd.NA, "count", "–"),
    ],
)
def test_values_are_written_as_people_read_them(value: object, kind, text: str):
    assert value_text(value, kind) == text


def test_a_deviation_that_rounds_to_nothing_has_no_sign():
    assert deviation_text(-0.0001) == "0.0 %"
    assert deviation_text(float("nan")) == ""
