"""What people see: pictures of every layer, size and page, and what is drawn on them.

``python -m tests.screens FOLDER --plan PLAN [--page PAGE ...]`` pictures each layer of a plan's
map, its report and further pages in each size, to be looked at, and prints what is wrong. Pictures
are kept out of the repository; the tests do the same with tiny plans and hold what is drawn.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser import Browser

__all__ = ["SIZES", "Seen", "map_screens", "page_screens", "printed"]

SIZES = ((1400, 900), (1920, 1080), (390, 844))
"""Windows that people open the pages in: a laptop, a large screen, a phone."""

PRINTS = 4
"""Times that a page's printing is asked for."""

_MAP = """
const m = territoryMap, data = m.data;
const box = m.map.getContainer().getBoundingClientRect();
const panels = [...m.map.getContainer().querySelectorAll(".leaflet-control")]
  .map((n) => n.getBoundingClientRect()).filter((b) => b.width)
  .map((b) => [b.left - box.left, b.top - box.top, b.right - box.left, b.bottom - box.top]);
const hit = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
const names = m.written;
const layer = m.layers.layers.find((l) => l.key === arguments[0]);
return {
  territories: m.cells.outlines.filter((rings) => rings.length).length,
  named: names.filter((l) => l.must).map((l) => l.text).sort(),
  collisions: names.flatMap((a, i) => names.slice(0, i).filter((b) => hit(a.box, b.box))
    .map((b) => `${a.text} on ${b.text}`)),
  covered: names.filter((l) => panels.some((p) => hit(l.box, p))).map((l) => l.text),
  legend: [...document.querySelectorAll("#layer-legend li")].map((n) =>
    [n.querySelector("span").textContent, n.querySelector("small").textContent]),
  note: document.querySelector("#layer-legend").textContent,
  judged: layer.codes === undefined ? 0 : layer.codes.length,
  fills: Object.fromEntries(data.territories.map((t) => [t.id, t.fill])),
  sideways: document.documentElement.scrollWidth - arguments[1],
};
"""

_PAGE = """
const wide = document.documentElement.scrollWidth - arguments[0];
const hit = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5
  && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
const collisions = [];
let charts = 0;
for (const svg of document.querySelectorAll("svg")) {
  const frame = svg.getBoundingClientRect();
  if (!frame.width) continue;
  charts += 1;
  const texts = [...svg.querySelectorAll("text")].filter((n) => n.textContent.trim())
    .map((n) => [n.textContent.trim(), n.getBoundingClientRect()]);
  texts.forEach(([a, x], i) => {
    if (x.left < frame.left - 2 || x.right > frame.right + 2) collisions.push(`${a} is cut off`);
    for (const [b, y] of texts.slice(0, i)) if (hit(x, y)) collisions.push(`${a} on ${b}`);
  });
}
const lines = [...document.querySelectorAll("p, li")].filter((n) => !n.querySelector("p, li"))
  .map((n) => n.textContent.replace(/\\s+/g, " ").trim()).filter((t) => t.split(" ").length > 7);
return { sideways: wide, collisions, charts,
  twice: lines.filter((t, i) => lines.indexOf(t) !== i),
  bare: lines.filter((t) => /\\b(nan|None|NaN|undefined|inf)\\b/.test(t)) };
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One picture: what it shows, its file, and what the page says is drawn."""

    what: str
    width: int
    picture: Path
    drawn: dict[str, Any]

    def wrong(self) -> list[str]:
        """Return what no page may do: names upon names, names below panels, scrolling sideways."""
        found = [f"names collide: {each}" for each in self.drawn["collisions"]]
        found += [f"name below a panel: {each}" for each in self.drawn.get("covered", ())]
        found += [f"said twice: {each}" for each in self.drawn.get("twice", ())]
        found += [f"not a number: {each}" for each in self.drawn.get("bare", ())]
        if self.drawn["sideways"] > 0:
            found.append(f"scrolls sideways by {self.drawn['sideways']} px")
        return [f"{self.what} at {self.width} px: {each}" for each in found]


def map_screens(browser: Browser, page: Path, folder: Path) -> Iterator[Seen]:
    """Picture every layer of a map in every size."""
    for width, height in SIZES:
        browser.open(page, width=width, height=height)
        keys = browser.run("return territoryMap.layers.layers.map((l) => l.key)")
        assert isinstance(keys, list)
        for key in keys:
            browser.run("territoryMap.layers.choose(arguments[0])", key)
            picture = _taken(browser, folder / f"map-{key}-{width}.jpg")
            drawn = browser.run(_MAP, key, width)
            assert isinstance(drawn, dict)
            yield Seen(what=f"layer {key}", width=width, picture=picture, drawn=drawn)


def page_screens(browser: Browser, page: Path, folder: Path) -> Iterator[Seen]:
    """Picture a page from its head to its foot in every size."""
    for width, height in SIZES:
        browser.open(page, width=width, height=height)
        picture = _taken(browser, folder / f"{page.stem}-{width}.jpg", whole=True)
        drawn = browser.run(_PAGE, width)
        assert isinstance(drawn, dict)
        yield Seen(what=page.name, width=width, picture=picture, drawn=drawn)


def printed(browser: Browser, page: Path, *, width_in: float, height_in: float) -> bytes:
    """Return a page as the PDF that its printing gives.

    Where all cores are busy Chromium's printing process is now and then not there in time; then it
    is asked again.
    """
    from selenium.common.exceptions import WebDriverException

    options = {"paperWidth": width_in, "paperHeight": height_in, "printBackground": True}
    for turn in range(PRINTS):
        browser.open(page, width=1400, height=900)
        try:
            found = browser.driver.execute_cdp_cmd(
                "Page.printToPDF", {**options, "preferCSSPageSize": False}
            )
        except WebDriverException as error:
            if "Printing failed" not in str(error) or turn == PRINTS - 1:
                raise
        else:
            return base64.b64decode(found["data"])
    raise AssertionError


def _taken(browser: Browser, path: Path, *, whole: bool = False) -> Path:
    options: dict[str, object] = {"format": "jpeg", "quality": 80, "captureBeyondViewport": whole}
    if whole:
        size = browser.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        options["clip"] = {
            "x": 0,
            "y": 0,
            "width": size["width"],
            "height": size["height"],
            "scale": 1,
        }
    found = browser.driver.execute_cdp_cmd("Page.captureScreenshot", options)
    path.write_bytes(base64.b64decode(found["data"]))
    return path


def main() -> int:
    """Run from the command line; 1 where something is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--page", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as profile:
        browser = Browser(Path(profile))
        try:
            seen = list(map_screens(browser, given.plan / "map.html", given.folder))
            for page in (given.plan / "report.html", *given.page):
                seen += page_screens(browser, page, given.folder)
            for each in seen:
                wrong += each.wrong()
        finally:
            browser.close()
    told = {"pictures": len(seen), "wrong": wrong}
    sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
