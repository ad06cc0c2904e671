"""Amounts are written in the scenario's currency, wherever people read them."""

import ast
import io
import re
import zipfile
from pathlib import Path

import pytest

from territory.currency import amounts_in, code, currency_of, heard, in_words, money, speaks
from territory.publish.excel.headings import heading, raw_name
from territory.publish.excel.workbook import write_workbook
from territory.publish.maps.map import draw_map
from territory.publish.pages.report import draw_report
from territory.publish.slides.deck import draw_deck
from territory.wording import measure_label
from tests.territory.call import call
from tests.territory.plans import balanced_plan
from tests.territory.worlds import grid_scenario

ROOT = Path(__file__).resolve().parents[3]
DOLLAR = re.compile(r"\bUSD\b|\$(?=[\d\-]|&#)|\"\$\"|&quot;\$")
MAY_NAME_IT = {
    "territory/currency",
    "territory/dictionary",
    "territory/inputs",
    "territory/publish/dictionary.py",
    "territory/publish/excel/headings.py",
    "territory/review/compare/compare.py",
    "territory/review/figure_table.py",
    "territory/review/ledger/words.py",
    "territory/publish/slides/deck.py",
}
"""Where amounts are read, and tables of words that go through `in_words`."""


def unzipped(content: bytes) -> str:
    """What an Office file says: its parts without the theme, formulas' fixed cells taken out."""
    said = ""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith(".xlsx"):
                said += unzipped(parts.read(name))
            elif name.endswith(".xml") and "theme" not in name:
                said += re.sub(r"\$[A-Z]+\$\d+|\$\d+", "", parts.read(name).decode())
    return said


def page(text: str) -> str:
    """What a page says: its data, and what is no script."""
    data = " ".join(re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", text, re.S))
    return data + re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)


def workbook(plan, folder: Path) -> str:
    write_workbook(plan, folder / "a.xlsx")
    return unzipped((folder / "a.xlsx").read_bytes())


@pytest.mark.parametrize(
    "shown",
    [
        lambda plan, _: page(draw_map(plan)),
        lambda plan, _: page(draw_report(plan)),
        workbook,
        lambda plan, _: unzipped(draw_deck(plan)),
    ],
    ids=["map", "report", "workbook", "deck"],
)
def test_pages_workbook_and_deck_of_euros_name_no_dollar(shown, tmp_path):
    text = shown(balanced_plan(keys={"currency": "EUR"}), tmp_path)
    found = [text[max(0, at.start() - 40) : at.end() + 20] for at in DOLLAR.finditer(text)]
    assert not found
    assert "€" in text


def test_commands_speak_the_currency_of_what_they_read(tmp_path):
    file = grid_scenario(tmp_path)
    file.write_text('currency = "CHF"\n' + file.read_text(encoding="utf-8"), encoding="utf-8")
    ways = (
        ("design", file, "--effort", "quick", "--out", tmp_path / "p"),
        ("show", tmp_path / "p"),
        ("scorecard", tmp_path / "p"),
        ("explain", tmp_path / "p", "A01"),
        ("move", tmp_path / "p", "U01", "--to", "T02", "--dry-run"),
        ("check", file),
    )
    said = ""
    for words in ways:
        status, out, err = call(*words)
        assert status in {0, 4}, err
        said += out + err
    assert not DOLLAR.findall(said)
    assert "cost CHF " in said
    assert "Potential (CHF)" in said or "CHF" in said
    assert code() == "USD", "a command leaves nothing behind"


def test_only_tables_of_words_name_the_dollar():
    """Whatever else writes it would write it beside euros too."""
    found = []
    for path in sorted((ROOT / "territory").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if any(name.startswith(each) for each in MAY_NAME_IT):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant | ast.JoinedStr) or id(node) in docs:
                continue
            pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
            for piece, after in zip(pieces, [*pieces[1:], None], strict=True):
                text = piece.value if isinstance(piece, ast.Constant) else ""
                if not isinstance(text, str):
                    continue
                amount = (
                    text.endswith("$")
                    and isinstance(after, ast.FormattedValue)
                    and after.format_spec is not None
                )
                if amount or re.search(r"\bUSD\b|\$\d", text):
                    found.append(f"{name}:{node.lineno}: {text[:50]!r}")
    assert not found


def test_an_amount_has_its_sign_before_it():
    with amounts_in("GBP"):
        assert (money(-1234.4), heading("quota_usd")) == ("-£1,234", "Quota (GBP)")
        assert measure_label("potential_usd") == "Potential (GBP)"
        assert in_words("$75 an hour, USD") == "£75 an hour, GBP"
    assert measure_label("potential_usd") == "Potential (USD)"


def test_headings_are_known_again_in_either_currency():
    with amounts_in("EUR"):
        assert raw_name("Potential (EUR)", ("potential_usd",)) == "potential_usd"
        assert raw_name("Potential (USD)", ("potential_usd",)) == "potential_usd"


def test_currency_is_asked_of_plans_records_and_scenarios_only():
    plan = balanced_plan(keys={"currency": "EUR"})
    assert currency_of(plan) == currency_of(plan.record) == currency_of({"a": plan}) == "EUR"
    assert currency_of("EUR") == currency_of(plan.accounts.assign(currency="CHF")) == ""
    assert speaks(lambda *_, **__: code())(1, plan=plan) == "EUR"


def test_what_is_heard_counts_within_a_command_only():
    heard("EUR")
    assert code() == "USD"
    with amounts_in(until_heard=True):
        heard("EUR")
        assert code() == "EUR"
    assert code() == "USD"
