"""A page carries everything it needs, and a policy that lets nothing else in."""

import base64
import hashlib
import re

import pytest

from geo.map.offline import (
    fill,
    inline_scripts,
    leaflet_css,
    library_scripts,
    placeholder,
    resource,
    seal,
)

PAGE = "<!DOCTYPE html><html><head><title>t</title></head><body>{}</body></html>"


def test_the_libraries_come_without_source_maps_and_the_styles_without_files():
    jquery, leaflet = library_scripts()
    assert "jQuery" in jquery[:200]
    assert "Leaflet" in leaflet[:200]
    assert "sourceMappingURL" not in jquery + leaflet
    addresses = re.findall(r"url\(([^)]*)\)", leaflet_css())
    assert len(addresses) == 3
    assert all(address.startswith("data:image/png;base64,") for address in addresses)


def test_own_scripts_do_not_end_the_element_they_stand_in():
    for name in ("map.js", "panel.js"):
        assert "</script" not in resource(name)
        assert "innerHTML" not in resource(name)


def test_parts_are_filled_in_once_and_cannot_address_one_another():
    page = PAGE.format(placeholder("one") + placeholder("two"))
    filled = fill(page, {"one": placeholder("two"), "two": r"\1 \g<0>"})
    assert filled == PAGE.format(placeholder("two") + r"\1 \g<0>")


def test_a_part_without_a_place_and_a_place_without_a_part_are_refused():
    with pytest.raises(ValueError, match=r"places for \['one'\], the parts are \['two'\]"):
        fill(PAGE.format(placeholder("one")), {"two": ""})


def test_the_policy_names_the_hashes_of_our_scripts_and_not_of_what_else_stands_in_the_page():
    own = PAGE.format("<script>let a = 1;</script>")
    smuggled = own.replace("<body>", "<body><script>hacked = 1</script>")
    sealed = seal(smuggled, scripts=inline_scripts(own))
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', sealed)
    assert policy is not None
    assert policy[1].startswith("default-src 'none';")
    assert re.findall(r"'sha256-([^']*)'", policy[1]) == [digest]
    assert "img-src data:;" in policy[1]


def test_tiles_are_allowed_only_when_asked_for():
    assert "openstreetmap" not in seal(PAGE.format(""), scripts=[])
    assert "https://tile.openstreetmap.org" in seal(PAGE.format(""), scripts=[], tiles=True)


@pytest.mark.parametrize(
    "outside",
    [
        '<script src="https://cdn.example/leaflet.js"></script>',
        '<link rel="stylesheet" href="https://cdn.example/x.css">',
        "<iframe src='x.html'></iframe>",
    ],
)
def test_a_page_that_needs_another_file_is_refused(outside: str):
    with pytest.raises(ValueError, match="not self-contained"):
        seal(PAGE.format(outside), scripts=[])
