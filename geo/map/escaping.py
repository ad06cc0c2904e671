"""Make hostile text harmless: one function for each place of an HTML file that text can enter.

Text enters a map in two ways only: as HTML text or attribute (`html_text`), and as JSON inside a
`<script>` element (`script_json`), from where the scripts put it into the page as plain text nodes.
No user text enters JavaScript source or a template that is rendered again.
"""

import html
import json
import math
from collections.abc import Mapping, Sequence

__all__ = ["brief", "html_text", "script_json"]

# "<", ">" and "&" could end the script element or begin a comment; the two separators are line
# ends to older JavaScript.
_JSON_ESCAPES = {
    "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029",
}  # fmt: skip
# The characters with which a template literal can end or begin an expression are replaced too, so
# that the same text stays text if a page with it is pasted into a script.
_HTML_ESCAPES = str.maketrans(
    {"\\": "&#92;", "`": "&#96;", "$": "&#36;", "{": "&#123;", "}": "&#125;"}
)
# Control characters, and those that turn the direction of the text around them: a name must not be
# able to rewrite its neighbours on the page.
_INVISIBLE = dict.fromkeys(
    [
        *(code for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in b"\t\n\r"),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ],
    "\ufffd",
)


def brief(text: str, longest: int) -> str:
    """Return a long name with its beginning and its end: names that begin alike differ there.

    Examples
    --------
    >>> brief("Territory of the Rocky Mountains number 3", 20)
    'Territory o…number 3'
    """
    if len(text) <= longest:
        return text
    head = math.ceil(longest * 0.55)
    return text[:head].rstrip() + "…" + text[len(text) - (longest - head - 1) :].lstrip()


def html_text(value: object) -> str:
    r"""Return text for HTML content and quoted attributes, in which no character is markup.

    Parameters
    ----------
    value : object
        Anything; its `str` is taken. Control characters, direction overrides and lone surrogates
        become replacement characters.

    Returns
    -------
    str

    Examples
    --------
    >>> html_text('<b>"Mercy" & ${co}</b>')
    '&lt;b&gt;&quot;Mercy&quot; &amp; &#36;&#123;co&#125;&lt;/b&gt;'
    """
    return html.escape(_storable(str(value)), quote=True).translate(_HTML_ESCAPES)


def script_json(value: object) -> str:
    r"""Return JSON that may stand inside a `<script>` element.

    Numbers that JSON cannot hold (NaN, infinities) become null; numpy scalars become numbers.

    Parameters
    ----------
    value : object
        Mappings, sequences, strings, numbers, None, nested at will.

    Returns
    -------
    str

    Examples
    --------
    >>> script_json({"name": "</script>", "share": float("nan")})
    '{"name":"\\u003c/script\\u003e","share":null}'
    """
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for raw, escaped in _JSON_ESCAPES.items():
        text = text.replace(raw, escaped)
    return text


_WHOLE = frozenset({int, bool, type(None)})


def _storable(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_INVISIBLE).encode("utf-8", "replace").decode("utf-8")


def _plain(value: object) -> object:
    if type(value) in _WHOLE:
        return value
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {_storable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        if _WHOLE.issuperset(map(type, value)):
            return value  # millions of map coordinates
        return [_plain(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    raise TypeError(f"{type(value).__name__} has no place in JSON: {value!r}")
