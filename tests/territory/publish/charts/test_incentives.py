"""Charts of quotas and pay are well-formed SVG, whatever the territories are called."""

import numpy as np
import pandas as pd
import pytest

from territory.publish.charts.incentives import attainment_chart, payout_chart
from territory.publish.charts.sheet import clean
from tests.territory.incentives.worlds import pay_plan
from tests.territory.plans import HOSTILE_NAMES
from tests.territory.publish.charts.reading import SVG, drawn, texts


def correlations(value=0.25):
    return pd.DataFrame(
        [
            {"against": against, "correlation": value}
            for against in ("penetration", "growth", "potential")
        ]
    )


def table(names, attainment=None):
    k = len(names)
    return pd.DataFrame(
        {
            "penetration": np.linspace(0.1, 0.3, k),
            "potential_usd": np.linspace(9e6, 5e6, k),
            "attainment": np.linspace(0.8, 1.2, k) if attainment is None else attainment,
        },
        index=pd.Index(names),
    )


def dots(markup):
    """Return the marks of territories: dots in the first colour."""
    uses = drawn(markup).iter(f"{SVG}use")
    return [node for node in uses if "#2a6f97" in (node.get("style") or "")]


def test_every_territory_is_a_dot_in_both_panels():
    chart = attainment_chart(table(["T1", "T2", "T3"]), correlations())
    assert len(dots(chart)) == 6
    assert "penetration; Spearman +0.25" in texts(chart)
    assert "100 %" in texts(chart)


def test_hostile_ids_stay_text():
    chart = attainment_chart(table(list(HOSTILE_NAMES)), correlations())
    assert [n.tag for n in drawn(chart).iter() if "script" in n.tag or "img" in n.tag] == []
    assert clean(HOSTILE_NAMES[0], 18) in texts(chart)


def test_territories_that_cannot_be_judged_are_left_out():
    attainment = [0.9, float("nan"), 1.1]
    assert len(dots(attainment_chart(table(["T1", "T2", "T3"], attainment), correlations()))) == 4


@pytest.mark.parametrize("names", [[], ["T1"]])
def test_a_chart_of_almost_nothing_is_still_a_chart(names):
    chart = attainment_chart(table(names), correlations(float("nan")))
    assert len(dots(chart)) == 2 * len(names)


def test_the_pay_curve_passes_the_target_and_ticks_every_rep():
    chart = payout_chart(pay_plan(cap=2.0), [0.9, 1.0, 1.1])
    assert "target: $60,000" in texts(chart)
    red = [n for n in drawn(chart).iter(f"{SVG}use") if "#b3261e" in (n.get("style") or "")]
    assert len(red) == 3 + 1
