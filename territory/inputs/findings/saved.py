"""An audit as a CSV file: written safe for spreadsheets, and read back."""

from __future__ import annotations

from pathlib import Path

from territory.audit import Audit, Finding
from territory.inputs.cells import plain_cell, write_table

__all__ = ["read_audit", "write_audit"]


def write_audit(audit: Audit, path: Path) -> None:
    """Write all findings to a CSV file that is safe to open in a spreadsheet."""
    write_table(audit.to_frame(), path)


def read_audit(path: Path) -> Audit:
    """Read back what `write_audit` wrote."""
    import pandas as pd

    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    findings, rows = [], {}
    for row in table.to_dict(orient="records"):
        cells = {str(column): plain_cell(value) for column, value in row.items()}
        line, of = int(cells.pop("line") or 0), int(cells.pop("of", "") or 0)
        if of:
            rows[cells["table"]] = of
        findings.append(Finding(**cells, line=line))  # type: ignore[arg-type]
    return Audit(findings, rows=rows)
