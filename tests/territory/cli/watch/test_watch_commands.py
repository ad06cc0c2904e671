"""The commands about a living plan, on the demo company: what they print, write and refuse."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from territory.cli.app import run
from territory.cli.console import Console
from territory.plan import Plan
from tests.documented import undocumented
from tests.territory.monitor.worlds import demo_plan, demo_scenario, demo_year, written

pytestmark = pytest.mark.usefixtures("read_once")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory):
    """A folder with the demo's scenario, its year, and a plan that `read_plan` returns."""
    folder = tmp_path_factory.mktemp("company")
    demo_scenario(folder / "demo")
    return folder, written(demo_year(), folder / "year")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """The plan of today's alignment stands for any plan folder: none has to be designed."""
    plan = demo_plan()
    monkeypatch.setattr("territory.publish.folder.read_plan", lambda folder: plan)
    return plan


def territory(*words: object, console: Console) -> int:
    return run([str(word) for word in words], console)


def facts(files: dict[str, Path]) -> list[str]:
    return [text for name, path in files.items() for text in (f"--{name}", str(path))]


def scenario_of(folder: Path) -> Path:
    return folder / "demo" / "texas_ortho.toml"


def test_monitor_prints_signals_and_writes_tables_workbook_and_page(world, read, tmp_path, capsys):
    folder, files = world
    known = {name: path for name, path in files.items() if name != "accounts"}
    lines = known["actuals"].read_text(encoding="utf-8").splitlines()
    stranger = lines[3].replace(lines[3].split(",")[0], "A-99999")
    known["actuals"] = tmp_path / "sales.csv"
    text = "\n".join([*lines, lines[1], stranger]) + "\n"
    known["actuals"].write_text(text, encoding="utf-8")
    code = territory(
        "monitor", scenario_of(folder), *facts(known), "--as-of", "2025-09-30",
        "--go-live", "2025-01-01", "--out", tmp_path / "out", console=Console(),
    )  # fmt: skip
    said, told = capsys.readouterr()
    assert code == 0
    assert "1 row counted once more, the same as an earlier row in every cell" in told
    assert f'sales.csv:{len(lines) + 2}  A-99999  account_id "A-99999"' in told
    assert "rep change" in said
    assert "competitor" in said
    assert "would be seen within a year with probability" in said
    assert "Not given, so not known: --accounts" in said
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {
        "monitor.html", "monitor.xlsx", "signals.csv", "indicators.csv", "accounts_behind.csv",
    }  # fmt: skip
    assert undocumented(*(tmp_path / "out").glob("*.csv")) == []


def test_what_cannot_be_used_writes_nothing(world, read, tmp_path, capsys):
    folder, files = world
    code = territory(
        "monitor", scenario_of(folder), "--actuals", files["actuals"], "--as-of", "2024-06-30",
        "--go-live", "2025-01-01", "--out", tmp_path / "out", console=Console(),
    )  # fmt: skip
    assert code == 2
    assert "before the plan went live on 2025-01-01" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_review_is_opened_filled_in_and_closed_once(world, read, tmp_path, capsys):
    folder, files = world
    opened = [
        "review", scenario_of(folder), "--open", "2025Q2", *facts(files), "--go-live", "2025-01-01",
        "--reviews", tmp_path,
    ]  # fmt: skip
    assert territory(*opened, console=Console()) == 0
    path = tmp_path / "2025Q2.toml"
    assert "rep change" in path.read_text(encoding="utf-8")
    assert territory(*opened, console=Console()) == 2
    assert "is open already" in capsys.readouterr().err
    close = ["review", scenario_of(folder), "--close", "2025Q2", "--reviews", tmp_path]
    before = path.read_bytes()
    assert territory(*close, console=Console()) == 2
    assert path.read_bytes() == before
    text = path.read_text(encoding="utf-8").replace('decision = ""', 'decision = "leave it"')
    path.write_text(text, encoding="utf-8")
    assert territory(*close, "--on", "2025-07-20", console=Console()) == 0
    assert 'closed_on = "2025-07-20"' in path.read_text(encoding="utf-8")
    assert territory(*close, console=Console()) == 2
    assert "was closed on 2025-07-20" in capsys.readouterr().err
    (tmp_path / "2025Q1.toml").write_text('quarter = "2025Q1"\nas_of = "2025-03-31"\n')
    assert territory(*[*opened[:3], "2025Q3", *opened[4:]], console=Console()) == 0
    told = capsys.readouterr()
    assert "What became of reviews" in told.out
    assert "of 2025Q1 the review is still open" in told.err
    written = list(tmp_path.rglob("*Q3_*.csv"))
    assert len(written) == 3
    assert undocumented(*written) == []


def test_a_plan_in_another_currency_than_the_scenario_is_refused(
    world, tmp_path, monkeypatch, capsys
):
    plan = demo_plan()
    plan = replace(plan, record=plan.record.but(keys={**plan.record.keys, "currency": "EUR"}))
    monkeypatch.setattr("territory.publish.folder.read_plan", lambda folder: plan)
    scenario = scenario_of(world[0])
    code = territory("realign", tmp_path, "--scenario", scenario, console=Console())
    assert code == 2
    assert "reckons in USD, the plan" in capsys.readouterr().err


def test_a_review_looks_at_its_own_quarter(tmp_path, capsys):
    code = territory(
        "review", tmp_path, "--open", "2025Q1", "--actuals", "x.csv", "--as-of", "2025-06-30",
        console=Console(),
    )  # fmt: skip
    assert code == 2
    assert "which lies in 2025Q2; the review is that of 2025Q1" in capsys.readouterr().err


def test_outlook_says_that_two_years_allow_no_back_test(world, read, tmp_path, capsys):
    folder, _ = world
    code = territory(
        "outlook", scenario_of(folder), "--quarters", 2, "--out", tmp_path, console=Console()
    )
    said = capsys.readouterr().out
    assert code == 0
    assert "2025-Q1" in said
    assert "not possible; 8 quarters are known" in said
    assert (tmp_path / "outlook_territories.csv").is_file()
    assert undocumented(*tmp_path.glob("outlook_*.csv")) == []


def test_shock_and_realign_need_the_scenario(world, read, tmp_path, capsys):
    (tmp_path / "plan").mkdir()
    shock = tmp_path / "shock.toml"
    shock.write_text('[[shock]]\nkind = "closed"\naccounts = ["A-10001"]\n')
    assert territory("shock", tmp_path / "plan", "--shock", shock, console=Console()) == 2
    assert territory("realign", tmp_path / "plan", console=Console()) == 2
    assert capsys.readouterr().err.count("--scenario FILE") == 2


def test_init_after_writes_the_demo_s_year(world, read, tmp_path, capsys):
    folder, _ = world
    assert territory("init", tmp_path, "--after", scenario_of(folder), console=Console()) == 0
    names = {path.stem for path in tmp_path.iterdir()}
    assert names == {
        "actuals", "opportunities", "calls", "accounts", "roster", "satisfaction",
    }  # fmt: skip
    assert "territory monitor" in capsys.readouterr().err


def test_without_sales_the_rest_is_judged_and_reviewed(world, read, tmp_path, capsys):
    folder, files = world
    kinds = ("calls", "roster")
    known = {name: path for name, path in files.items() if name in kinds}
    common = (scenario_of(folder), *facts(known), "--go-live", "2025-01-01")
    out, reviews = tmp_path / "out", tmp_path / "reviews"
    words = ("--as-of", "2025-09-30", "--out", out)
    assert territory("monitor", *common, *words, console=Console()) == 0
    said = capsys.readouterr().out
    assert "Sales are not given (--actuals)" in said
    assert "sales are not known" in said  # the rep who left
    assert "nothing differs" not in said
    table = pd.read_csv(out / "indicators.csv").query("level == 'company'").set_index("indicator")
    of_sales = ["quota_attainment", "sales_change", "ideal_engaged", "penetration", "retention"]
    assert set(table.loc[of_sales, "status"]) == {"not known"}
    assert "not known" not in set(table.loc[["frequency", "reach", "reps_in_place"], "status"])
    assert pd.read_csv(out / "territories_now.csv")["events_quarter"].isna().all()
    page = (out / "monitor.html").read_text(encoding="utf-8")
    assert "CUSUM" not in page
    assert "Nothing differs" not in page
    words = ("--open", "2025Q3", "--reviews", reviews)
    assert territory("review", *common, *words, console=Console()) == 0
    assert "frequency" in (reviews / "2025Q3.toml").read_text(encoding="utf-8")


def test_a_monitor_of_no_facts_at_all_is_refused(world, read, tmp_path, capsys):
    folder, _ = world
    words = ("--as-of", "2025-09-30", "--out", tmp_path / "out")
    assert territory("monitor", scenario_of(folder), *words, console=Console()) == 2
    told = capsys.readouterr().err
    assert "name at least one of --actuals, --opportunities" in told
    assert not (tmp_path / "out").exists()
