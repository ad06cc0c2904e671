"""Read a chart as its reader's browser does: elements, texts and where the points are."""

from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def drawn(markup):
    """Parse a chart, which must be a whole SVG file."""
    return ElementTree.fromstring(str(markup))


def texts(markup):
    return [node.text for node in drawn(markup).iter(f"{SVG}text")]


def points(markup):
    """Return the places of all marks, as (x, y) on the page."""
    return [
        (float(node.get("x")), float(node.get("y"))) for node in drawn(markup).iter(f"{SVG}use")
    ]
