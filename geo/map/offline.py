"""Turn a page that folium rendered into one self-contained file that never asks the network.

Leaflet and jQuery come from the installed XStatic packages. The finished page carries a
Content-Security-Policy that names the hash of each of its own scripts and allows nothing else: a
browser then refuses every request and every script that is not ours, whatever the page contains.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files

__all__ = [
    "fill",
    "inline_scripts",
    "leaflet_css",
    "library_scripts",
    "placeholder",
    "resource",
    "seal",
]

_TILE_SOURCES = "https://*.tile.openstreetmap.org https://tile.openstreetmap.org"


def resource(name: str) -> str:
    """Return the text of a script, style sheet or template that lies beside this module.

    Parameters
    ----------
    name : str
        File name, e.g. "map.js".

    Returns
    -------
    str
    """
    return files("geo.map").joinpath(name).read_text(encoding="utf-8")


def library_scripts() -> tuple[str, ...]:
    """Return the sources of jQuery and Leaflet, in the order in which they must run.

    Returns
    -------
    tuple of str
        Without their source map comments, which would make developer tools ask for a file.
    """
    sources = (
        files("xstatic.pkg.jquery").joinpath("data", "jquery.min.js").read_text(encoding="utf-8"),
        files("xstatic.pkg.leaflet").joinpath("data", "leaflet.js").read_text(encoding="utf-8"),
    )
    return tuple(re.sub(r"(?m)^//# sourceMappingURL=.*$", "", text).strip() for text in sources)


def leaflet_css() -> str:
    """Return Leaflet's style sheet with its images as data URIs.

    Returns
    -------
    str
    """
    data = files("xstatic.pkg.leaflet").joinpath("data")

    def inlined(match: re.Match[str]) -> str:
        name = match.group(1)
        content = base64.b64encode(data.joinpath("images", name).read_bytes()).decode("ascii")
        return f"url(data:image/png;base64,{content})"

    css = data.joinpath("leaflet.css").read_text(encoding="utf-8")
    css = re.sub(r"(?s)/\*.*?\*/\s*", "", css)
    css = re.sub(r"url\(images/([\w.-]+\.png)\)", inlined, css)
    return re.sub(r"\s*behavior: url\(#default#VML\);", "", css)  # a relic of Internet Explorer 8


def placeholder(name: str) -> str:
    """Return the comment that stands in a rendered page where `fill` will put a part.

    branca renders the output of every element a second time as a template, so text that is not
    ours must never pass through it: it is filled in afterwards.

    Parameters
    ----------
    name : str
        Lower-case letters.

    Returns
    -------
    str
    """
    return f"<!--part:{name}-->"


def fill(page: str, parts: Mapping[str, str]) -> str:
    """Put the parts at their placeholders, in one pass, so that no part can address another.

    Parameters
    ----------
    page : str
        HTML with one `placeholder` for each part.
    parts : mapping of str to str
        Finished HTML by name.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When the page does not hold exactly one place for each part.
    """
    found = re.findall(r"<!--part:([a-z]+)-->", page)
    if sorted(found) != sorted(parts):
        raise ValueError(f"the page has places for {sorted(found)}, the parts are {sorted(parts)}")
    return re.sub(r"<!--part:([a-z]+)-->", lambda match: parts[match.group(1)], page)


def inline_scripts(page: str) -> tuple[str, ...]:
    """Return the sources of the scripts of a page, exactly as they stand there.

    Parameters
    ----------
    page : str
        HTML that holds no text of the user yet, so that every script in it is ours.

    Returns
    -------
    tuple of str
    """
    return tuple(re.findall(r"(?s)<script\b[^>]*>(.*?)</script>", page))


def seal(page: str, *, scripts: Sequence[str], tiles: bool = False) -> str:
    """Add the Content-Security-Policy that keeps the page from asking the network.

    Parameters
    ----------
    page : str
        Complete HTML with inline scripts and styles only.
    scripts : sequence of str
        Sources of the scripts that may run. They are not collected from the page: a script that
        the user's text smuggled in must not be among them.
    tiles : bool
        Whether images may come from the OpenStreetMap tile servers.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When the page still names an outside script or style sheet.
    """
    markup = re.sub(r"(?s)<(script|style)\b([^>]*)>.*?</\1>", r"<\1\2>", page)
    outside = re.findall(r"<(?:script|link|iframe)\b[^>]*\b(?:src|href)\s*=[^>]*>", markup)
    if outside:
        raise ValueError(f"the page is not self-contained: {outside[0]}")
    page = _with_line_feeds(page)
    hashes = " ".join(
        "'sha256-" + base64.b64encode(hashlib.sha256(source.encode()).digest()).decode() + "'"
        for source in map(_with_line_feeds, scripts)
    )
    images = f"data: {_TILE_SOURCES}" if tiles else "data:"
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        f"img-src {images}; base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    if page.count("<head>") != 1:
        raise ValueError("the page has no single <head>")
    maker = '<meta name="generator" content="territory-design">'
    return page.replace("<head>", f"<head>\n    {meta}\n    {maker}")


def _with_line_feeds(text: str) -> str:
    """Return the text as a browser reads it, and so hashes it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
