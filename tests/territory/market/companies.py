"""Tiny invented companies for the market's tests."""

from typing import Any

import numpy as np
import pandas as pd

from territory.inputs.scenario.scenario import Scenario

__all__ = ["accounts_of", "lines_of", "scenario_of"]


def scenario_of(**sections: Any) -> Scenario:
    """A scenario with these sections, as if read from a file."""
    return Scenario.model_validate(
        {
            "name": "tiny",
            "inputs": {"accounts": "accounts.csv", "affiliations": "affiliations.csv"},
            "team": {"territories": 2},
            **sections,
        }
    )


def accounts_of(n: int = 4, **columns: Any) -> pd.DataFrame:
    """n accounts A0, A1, … of type hospital with 100 procedures each; columns replace these."""
    base: dict[str, Any] = {
        "account_id": [f"A{at}" for at in range(n)],
        "name": [f"Site {at}" for at in range(n)],
        "type": "hospital",
        "idn": "",
        "gpo": "",
        "tier": "",
        "procedures": 100.0,
        "revenue_usd": np.nan,
    }
    frame = pd.DataFrame({**base, **columns}, index=pd.RangeIndex(n))
    texts = ["account_id", "name", "type", "idn", "gpo", "tier"]
    return frame.astype(dict.fromkeys(texts, "str"))


def lines_of(audit: Any) -> str:
    """All messages of an audit as one text."""
    return "\n\n".join(message.text() for message in audit.messages())
