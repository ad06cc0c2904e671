"""Rows for people and machines: what is not known is None there."""

import json
import math

from territory.encoding.desk.named import Move
from territory.review.ledger.told import Told, apart


def test_machines_get_none_where_a_figure_is_not_known():
    told = Told(
        moves=(Move(to="T1", what=("U1",)),),
        territories=({"territory_id": "T1", "figure": "revenue_usd", "after": math.nan},),
        plan=(),
        accounts=(),
        broken=("too much",),
        mended=(),
        tolerances={},
    )
    said = json.loads(json.dumps(told.to_dict(), allow_nan=False))
    assert said["territories"] == [{"territory_id": "T1", "figure": "revenue_usd", "after": None}]
    assert said["moves"] == [{"to": "T1", "what": ["U1"]}]
    assert said["broken"] == ["too much"]


def test_a_rule_that_is_broken_before_and_after_is_neither_broken_nor_mended():
    old = [("balance", "T1", "hours", "9 h"), ("pinned", "T1", "", "U1")]
    new = [("balance", "T1", "hours", "8 h"), ("balance", "T2", "hours", "7 h")]
    assert apart(old, new) == (("7 h",), ("U1",))
