"""The command line as a user meets it: words, streams, exit codes, Ctrl+C."""

import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from solvers.events import Event
from territory.cli.app import COMMANDS, run
from territory.cli.console import Console
from territory.errors import InfeasibleError, TravelError
from territory.messages import Message
from tests.territory.plans import NO_PAGES, balanced_plan, small_plan

ROOT = Path(__file__).resolve().parents[3]

SCENARIO = """
inputs.units = "units.csv"
team.territories = 3
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def scenario(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(SCENARIO)
    (tmp_path / "units.csv").write_text("unit_id,potential_usd\n48001,1\n")
    return tmp_path / "tiny.toml"


@pytest.fixture
def command(monkeypatch):
    def call(*arguments):
        out, err = io.StringIO(), io.StringIO()
        monkeypatch.setattr(sys, "stdout", out)
        code = run([str(each) for each in arguments], Console(stdout=out, stderr=err))
        return code, out.getvalue(), err.getvalue()

    return call


@pytest.fixture
def designs(monkeypatch):
    """Let the design command return a given plan, or raise."""

    def set_plan(plan):
        def fake(scenario, *, observer, stop):
            if isinstance(plan, BaseException):
                raise plan
            return plan

        monkeypatch.setattr(sys.modules["territory.design"], "design", fake)

    return set_plan


def test_help_names_every_command_and_the_exit_codes(command):
    code, out, err = command("--help")
    assert (code, err) == (0, "")
    planning = ("init", "check", "audit", "design", "show", "map", "schema", "import")
    for name in (*planning, "segment", "size", "scorecard", "quotas", "forecast", "pay"):
        assert re.search(rf"^  {name} ", out, re.MULTILINE)
    assert "130 interrupted" in " ".join(out.split())


def test_help_loads_nothing_that_takes_time():
    code = (
        "import io, sys\n"
        "from territory.cli.app import run\n"
        "from territory.cli.console import Console\n"
        "run(['--help'], Console())\n"
        "sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT
    )
    slow = {"rich", "pydantic", "numpy", "pandas", "jinja2", "openpyxl", "shapely", "ortools"}
    assert not slow & set(done.stderr.split())


def test_every_file_of_commands_stands_in_the_table_with_the_names_it_adds():
    folder = ROOT / "territory" / "cli"
    files = {".".join(path.relative_to(folder).with_suffix("").parts) for path in
             folder.rglob("*_commands.py")}  # fmt: skip
    assert set(COMMANDS) == files
    for file, names in COMMANDS.items():
        added = importlib.import_module(f"territory.cli.{file}").commands.registered_commands
        assert tuple(each.name or each.callback.__name__ for each in added) == names


def test_the_version_is_data(command):
    code, out, err = command("--version")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"territory-design \d+\.\d+\.\d+\n", out)


def test_no_command_shows_the_help_on_stderr_and_is_a_wrong_input(command):
    code, out, err = command()
    assert (code, out) == (2, "")
    assert "Commands:" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["desgn"], "error: no such command 'desgn'"),
        (["design"], "error: missing argument 'SCENARIO'\n\nhint: see `territory design --help`\n"),
        (["design", "x.toml", "--speed", "9"], "error: no such option: --speed"),
        (["design", "x.toml", "--effort", "fast"], "error: invalid value for '--effort': 'fast'"),
        (["design", "x.toml", "--seed", "one"], "error: invalid value for '--seed'"),
        (["import", "cms-asc", "a.csv"], "error: missing option '--out'"),
    ],
)
def test_a_wrong_command_line_is_a_message_of_the_house_and_exit_2(command, arguments, said):
    code, out, err = command(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(said)
    assert "\n\nhint: see `territory" in err


def test_a_scenario_that_is_not_there_is_an_input_error(command, tmp_path):
    code, out, err = command("design", tmp_path / "no.toml")
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {tmp_path}/no.toml does not exist\n\nhint: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--time-limit", "0"], "solve.time_limit_s is 0.0"),
        (["--seed", "-1"], "solve.seed is -1"),
        (["--threads", "0"], "solve.threads is 0"),
    ],
)
def test_an_override_out_of_its_range_is_refused(command, scenario, arguments, said):
    code, _, err = command("design", scenario, *arguments)
    assert code == 2
    assert said in err


def test_a_place_that_holds_something_else_is_refused_before_the_work(command, scenario, designs):
    designs(AssertionError("not reached"))
    (scenario.parent / "mine").mkdir()
    (scenario.parent / "mine" / "thesis.txt").write_text("precious")
    code, _, err = command("design", scenario, "--out", "mine")
    assert code == 2
    assert "mine exists and holds other files (no plan.json)" in err
    assert (scenario.parent / "mine" / "thesis.txt").read_text() == "precious"


def test_a_design_is_saved_and_shown_with_what_is_proved(command, scenario, designs):
    designs(balanced_plan())
    code, out, err = command("design", scenario)
    assert (code, err) == (0, "")
    assert "Bo Söderström" in out
    assert "feasible: keeps every rule, within 3.1 % of the proven bound" in out
    parts = "travel $22,950, relationships handed over $6,000"
    assert f"cost $28,950 a year, travel as estimated: {parts}" in out
    assert "map       runs/tiny/map.html" in out
    folder = scenario.parent / "runs" / "tiny"
    assert (folder / "plan.json").is_file()
    assert (folder / "report.html").is_file()


def test_a_plan_that_breaks_rules_is_saved_and_exits_4_with_what_it_breaks(
    command, scenario, designs
):
    designs(small_plan(outputs=NO_PAGES))
    code, out, err = command("design", scenario, "--out", "elsewhere")
    assert code == 4
    assert "! +15.0 %" in out
    assert err.startswith(
        "error: the plan breaks 1 rule\n"
        "  potential_usd of T03 is 520,000; expected at most 497,200\\x1b[1m <b>\n\nhint: "
    )
    assert (scenario.parent / "elsewhere" / "plan.json").is_file()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (InfeasibleError(Message("no alignment can satisfy all rules", evidence=("pinned",))), 4),
        (TravelError("the travel matrix has no way from 48001"), 3),
    ],
)
def test_an_explained_failure_has_its_exit_code_and_writes_nothing(
    command, scenario, designs, error, expected
):
    designs(error)
    code, out, err = command("design", scenario)
    assert (code, out) == (expected, "")
    assert err == str(error) + "\n"
    assert not (scenario.parent / "runs").exists()


def test_a_bug_is_one_message_with_its_place_and_exit_1(command, scenario, designs, monkeypatch):
    monkeypatch.delenv("TERRITORY_DEBUG", raising=False)
    designs(KeyError("T07"))
    code, out, err = command("design", scenario)
    assert (code, out) == (1, "")
    assert err.startswith("error: this is a bug: KeyError: 'T07'\n")
    assert "hint: run it again as `territory --debug …`" in err
    assert "Traceback" not in err


def test_debug_shows_where_the_bug_is(command, scenario, designs, monkeypatch):
    monkeypatch.setenv("TERRITORY_DEBUG", "1")
    designs(KeyError("T07"))
    code, _, err = command("design", scenario)
    assert code == 1
    assert "Traceback (most recent call last)" in err


def test_a_full_disk_is_no_bug(command, scenario, designs):
    designs(OSError(28, "No space left on device", "runs/tiny"))
    code, _, err = command("design", scenario)
    assert (code, err) == (2, "error: runs/tiny: No space left on device\n")


def test_json_is_one_object_on_stdout_and_nothing_else(command, scenario, designs):
    designs(balanced_plan(bound=None, gap=None, outputs=NO_PAGES))
    code, out, err = command("design", scenario, "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said["status"] == "feasible"
    assert said["exit_code"] == 0
    assert said["objective_usd"] == 28_950
    assert said["bound_usd"] is None
    assert said["terms"]["travel_usd"] == 22_950
    assert said["files"]["plan"] == "runs/tiny"
    assert [row["territory_id"] for row in said["territories"]] == ["T01", "T02", "T03"]


def test_json_of_a_failure_says_so_too(command, scenario, designs):
    designs(InfeasibleError(Message("two rules conflict", evidence=(("pinned", "T01"),))))
    code, out, err = command("design", scenario, "--json")
    said = json.loads(out)
    assert code == said["exit_code"] == 4
    assert said["messages"][0]["fact"] == "two rules conflict"
    assert said["messages"][0]["evidence"] == [["pinned", "T01"]]
    assert err.startswith("error: two rules conflict")


def test_progress_as_json_goes_to_stderr_only_when_asked(command, scenario, monkeypatch):
    def fake(scenario, *, observer, stop):
        observer(_event(objective=5.0, gap=float("inf")))
        return balanced_plan(outputs=NO_PAGES)

    monkeypatch.setattr(sys.modules["territory.design"], "design", fake)
    _, _, silent = command("design", scenario)
    _, _, err = command("design", scenario, "--progress", "json")
    assert silent == ""
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["stage"] for line in lines] == ["reading", "improve", "writing"]
    assert lines[1]["objective_usd"] == 5.0
    assert lines[1]["gap"] is None


def _event(**changes):
    values = {
        "stage": "improve", "iteration": 3, "objective": 1.0, "imbalance": 0.08,
        "feasible": True, "bound": 0.0, "gap": 0.031, "elapsed_s": 1.0,
    }  # fmt: skip
    return Event(**(values | changes))


def test_a_saved_plan_is_shown_the_same_from_folder_file_or_scenario(command, scenario, designs):
    designs(balanced_plan())
    _, designed, _ = command("design", scenario)
    for named in ("runs/tiny", "runs/tiny/plan.json", "tiny.toml"):
        code, shown, err = command("show", named)
        assert (code, err) == (0, "")
        assert shown == designed
    code, out, _ = command("show", "runs/tiny", "--json")
    assert json.loads(out)["figures"]["moved_accounts"] == 3


def test_what_is_no_plan_is_refused(command, tmp_path):
    code, _, err = command("show", tmp_path)
    assert code == 2
    assert err.startswith(f"error: {tmp_path} is no plan folder: plan.json")


def test_the_map_is_drawn_to_the_file_named(command, scenario, designs):
    designs(balanced_plan(outputs=NO_PAGES))
    command("design", scenario)
    code, out, _ = command("map", "runs/tiny", "--out", "sub/mine.html")
    assert (code, out) == (0, "map  sub/mine.html\n")
    assert (scenario.parent / "sub" / "mine.html").read_text().startswith("<!DOCTYPE html>")
    code, _, err = command("map", "runs/tiny", "--out", "accounts.csv")
    assert (code, err) == (2, "error: --out is accounts.csv; expected a name that ends in .html\n")


def test_the_schema_is_json(command):
    code, out, _ = command("schema")
    assert code == 0
    assert "measures" in json.loads(out)["properties"]


def test_the_demo_company_is_written_with_the_next_step(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = command("init", "demo company")
    assert code == 0
    assert out == "scenario  demo company/texas_ortho.toml\n"
    assert err == "next: territory design 'demo company/texas_ortho.toml'\n"
    code, _, err = command("init", "demo company")
    assert code == 2
    assert err.startswith("error: ")


def test_hostile_names_reach_a_terminal_written_out(scenario, designs, monkeypatch):
    designs(balanced_plan(outputs=NO_PAGES))
    out = Terminal()
    monkeypatch.setenv("COLUMNS", "140")
    run(["design", str(scenario)], Console(stdout=out, stderr=io.StringIO()))
    said = out.getvalue()
    assert "\\x1b]0;ti" in said
    assert "\x1b]0" not in said
    assert "\x07" not in said


def test_no_color_is_respected(scenario, designs, monkeypatch):
    designs(small_plan(outputs=NO_PAGES))
    monkeypatch.setenv("NO_COLOR", "1")
    out, err = Terminal(), Terminal()
    run(["design", str(scenario), "--progress", "none"], Console(stdout=out, stderr=err))
    assert "[31m" not in out.getvalue() + err.getvalue()
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    run(["design", str(scenario), "--progress", "none"], Console(stdout=out, stderr=err))
    assert "\x1b[1;31merror:\x1b[0m the plan breaks" in err.getvalue()


CMS_ASC = """Facility Name,Facility ID,NPI,City/Town,State,ZIP Code,Year,ASC-17 Total Cases
=Houston Surgery,45C0000001,1234567893,Houston,TX,77030,2022,120
Boston Surgery,22C0000002,1234567894,Boston,MA,02115,2022,80
"""


def test_an_import_writes_accounts_and_audit_and_never_over_another_file(
    command, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "asc.csv").write_text(CMS_ASC)
    arguments = ["import", "cms-asc", "asc.csv", "--state", "TX", "--out", "new/accounts.csv"]
    code, out, err = command(*arguments)
    assert (code, err) == (0, "")
    assert "1  accounts" in out
    assert "accounts  new/accounts.csv\naudit     new/accounts.audit.csv\n" in out
    assert "'=Houston Surgery" in (tmp_path / "new" / "accounts.csv").read_text()
    code, _, err = command(*arguments)
    assert (code, err.split("\n")[0]) == (2, "error: new/accounts.csv exists")
    code, _, _ = command(*arguments, "--force")
    assert code == 0


def test_what_cannot_be_imported_is_refused(command, tmp_path):
    code, out, err = command("import", "cms-acs", "a.csv", "--out", tmp_path / "a.csv")
    assert (code, out) == (2, "")
    assert err.startswith('error: "cms-acs" is no public file; expected one of hifld-hospitals')


BAD_ACCOUNTS = """account_id,name,zip,service_h,n_calls,potential_usd
A1,=1+1,1002,10,4,100
A2,Red,77030,x,4,100
A3,Good,77030,10,4,100
"""


def test_check_and_audit_name_every_problem_at_once_and_exit_2(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text('inputs.accounts = "bad.csv"\nteam.territories = 1\n')
    (tmp_path / "bad.csv").write_text(BAD_ACCOUNTS)
    code, out, err = command("check", "bad.toml")
    assert (code, out) == (2, "")
    assert "1 of 3 accounts has no place on the map\n  bad.csv:2  A1" in err
    assert '1 of 3 accounts has a value that is no number\n  bad.csv:3  A2  service_h "x"' in err
    code, out, err = command("audit", "bad.toml", "--fix-preview")
    assert code == 2
    assert "bad.csv:2  A1  zip     1002   01002" in out
    assert "2 errors, 0 warnings, 0 notes: runs/bad.audit.csv" in out
    assert "repair = true" in err
    assert (tmp_path / "runs" / "bad.audit.csv").read_text().count('\n"error",') == 2


def test_an_audit_never_overwrites_the_table_that_it_read(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text('inputs.accounts = "bad.csv"\nteam.territories = 1\n')
    (tmp_path / "bad.csv").write_text(BAD_ACCOUNTS)
    code, _, err = command("audit", "bad.toml", "--out", "bad.csv")
    assert code == 2
    assert "error: bad.csv exists and was not written by this command; it is left as it was" in err
    assert (tmp_path / "bad.csv").read_text() == BAD_ACCOUNTS
    for _ in range(2):
        code, out, _ = command("audit", "bad.toml", "--out", "new/found.csv")
        assert code == 2
        assert "2 errors, 0 warnings, 0 notes: new/found.csv" in out


def test_check_says_what_will_be_solved(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = "".join(f"A{at},Clinic,7{7000 + at},10,4,{100 + at}\n" for at in range(2, 9))
    (tmp_path / "ok.csv").write_text(BAD_ACCOUNTS.splitlines()[0] + "\n" + rows)
    (tmp_path / "ok.toml").write_text(
        'inputs.accounts = "ok.csv"\nteam.territories = 2\ngeography.states = ["TX"]\n'
    )
    code, out, _ = command("check", "ok.toml")
    assert code == 0
    assert "accounts      7, 0 of them with a territory today\n" in out
    assert "territories   2 (centers to be located)\n" in out
    assert "rules         every territory in one piece\n" in out
    assert re.search(r"Potential \(USD\) +735 +368 +368 +± 10 %", out)
    code, out, _ = command("check", "ok.toml", "--json")
    assert code == 0
    assert json.loads(out)["measures"]["potential_usd"]["total_without_travel"] == 735


WAITING = """
import sys, time
sys.path.insert(0, {root!r})
from solvers.events import Event
from tests.territory.plans import balanced_plan

def design(scenario, *, observer, stop):
    if {found}:
        observer(Event(stage="improve", iteration=1, objective=9.0, imbalance=0.1, feasible=True,
                       bound=1.0, gap=0.5, elapsed_s=0.0))
    print("working", flush=True)
    heard = False
    while not stop() or {stubborn}:
        if stop() and not heard:
            print("heard", flush=True)
            heard = True
        time.sleep(0.02)
    return balanced_plan(status="interrupted", stop_reason=stop())

sys.modules["territory.design"].design = design
from territory.cli.app import main
sys.argv = ["territory", "design", {scenario!r}]
main()
"""


def _listen():
    """Signals end the child also where the tests run in the background, under nohup."""
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.SIG_DFL)


def _started(scenario, *, found, stubborn=False):
    code = WAITING.format(root=str(ROOT), found=found, stubborn=stubborn, scenario=str(scenario))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=scenario.parent,
        preexec_fn=_listen,  # noqa: PLW1509
    )
    assert process.stdout.readline() == "working\n"
    return process


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_saves_the_best_plan_so_far_and_exits_130(scenario, ending):
    process = _started(scenario, found=True)
    process.send_signal(ending)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted: the best plan so far keeps every rule" in out
    folder = scenario.parent / "runs" / "tiny"
    assert (folder / "plan.json").is_file()
    assert not (folder / "report.html").exists()


def test_ctrl_c_before_there_is_a_plan_ends_at_once_and_writes_nothing(scenario):
    process = _started(scenario, found=False)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err == "info: interrupted before there was a plan: nothing was written\n"
    assert not (scenario.parent / "runs").exists()


def test_a_second_ctrl_c_kills(scenario):
    process = _started(scenario, found=True, stubborn=True)
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "heard\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=600)
    assert process.returncode == -signal.SIGINT


def test_a_reader_that_goes_away_is_no_failure():
    code = (
        "from territory.cli.console import Console\n"
        "console = Console()\n"
        "for _ in range(10000): console.data('x' * 100)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=600), err) == (0, b"")


def test_names_that_the_terminal_cannot_encode_are_written_out():
    done = subprocess.run(
        [sys.executable, "-m", "territory", "show", "Ñ東"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(rb"error: \xd1\u6771 is no plan folder")


def test_the_door_is_a_function_however_the_module_was_imported():
    import territory

    assert callable(territory.design)
    assert territory.__version__
    assert set(territory.__all__) <= set(dir(territory))
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        territory.nothing  # noqa: B018


def test_a_request_to_end_stops_any_command_like_ctrl_c():
    code = (
        "import sys, time\n"
        "from territory.cli import app\n"
        "def wait(*_): print('here', flush=True); time.sleep(60)\n"
        "app._application = wait\n"
        "app.main()\n"
    )
    for ending in (signal.SIGTERM, signal.SIGHUP):
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            preexec_fn=_listen,  # noqa: PLW1509
        )
        assert process.stdout.readline() == "here\n"
        process.send_signal(ending)
        process.communicate(timeout=600)
        assert process.returncode == 130


def test_what_a_library_prints_does_not_reach_stdout():
    code = (
        "import os, territory.cli.app as app\n"
        "def run(words, console):\n"
        "    os.write(1, b'tmpSolver.run();\\n')\n"
        "    console.json({'status': 'done'})\n"
        "    return 0\n"
        "app.run = run\n"
        "app.main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == {"status": "done"}
    assert done.stderr == "tmpSolver.run();\n"


def test_a_process_that_ends_does_not_look_through_all_that_it_made(monkeypatch):
    """After a design that took 0.7 s of CPU."""
    from territory.cli import app

    done = []
    monkeypatch.setattr(app, "run", lambda words, console: done.append("run") or 4)
    monkeypatch.setattr(app.gc, "set_threshold", lambda *given: None)
    monkeypatch.setattr(app.gc, "freeze", lambda: done.append("freeze"))
    for name in ("_keep_stdout", "_end_like_ctrl_c"):
        monkeypatch.setattr(app, name, lambda: None)
    with pytest.raises(SystemExit) as end:
        app.main()
    assert (done, end.value.code) == (["run", "freeze"], 4)
