"""A folder of small files, and the scenario over them."""

import pytest

from territory.inputs.scenario.scenario import read_scenario
from territory.inputs.tables.tables import read_tables

DEFAULTS = "[defaults.other]\nservice_h = 40\nn_calls = 12\npotential_usd = 1000\n"


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Write tables given as text, and read them through a scenario."""
    monkeypatch.chdir(tmp_path)

    def reader(*, keys="", defaults=DEFAULTS, inputs=None, **tables):
        lines = []
        for table, content in tables.items():
            data = content if isinstance(content, bytes) else content.encode("utf-8")
            (tmp_path / f"{table}.csv").write_bytes(data)
            lines.append(f'inputs.{table} = "{table}.csv"')
        text = "\n".join([*lines, *(inputs or ()), "team.territories = 2", keys, defaults])
        (tmp_path / "ny.toml").write_text(text, encoding="utf-8")
        return read_tables(read_scenario("ny.toml"))

    return reader


@pytest.fixture
def texts(read):
    """Read tables and return the messages about them as one text."""

    def reader(*severities, **tables):
        return "\n\n".join(m.text() for m in read(**tables).audit.messages(*severities))

    return reader
