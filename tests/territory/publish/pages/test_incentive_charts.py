"""Charts of quotas and pay are well-formed SVG, whatever the territories are called."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from territory.publish.pages.incentive_charts import attainment_chart, payout_chart
from tests.territory.incentives.worlds import pay_plan
from tests.territory.plans import HOSTILE_NAMES

SVG = "{http://www.w3.org/2000/svg}"


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


def drawn(markup):
    return ElementTree.fromstring(str(markup))


def test_every_territory_is_a_dot_in_both_panels():
    root = drawn(attainment_chart(table(["T1", "T2", "T3"]), correlations()))
    assert len(root.findall(f".//{SVG}circle")) == 6
    texts = [node.text for node in root.iter(f"{SVG}text")]
    assert "Spearman +0.25" in texts
    assert "100 %" in texts


def test_hostile_ids_stay_text():
    root = drawn(attainment_chart(table(list(HOSTILE_NAMES)), correlations()))
    assert [node.tag for node in root.iter() if "script" in node.tag or "img" in node.tag] == []
    titles = [node.text for node in root.iter(f"{SVG}title")]
    assert "<script>window.hit=1</script>: 94.5 %" in titles


def test_territories_that_cannot_be_judged_are_left_out():
    attainment = [0.9, float("nan"), 1.1]
    root = drawn(attainment_chart(table(["T1", "T2", "T3"], attainment), correlations()))
    assert len(root.findall(f".//{SVG}circle")) == 4


@pytest.mark.parametrize("names", [[], ["T1"]])
def test_a_chart_of_almost_nothing_is_still_a_chart(names):
    root = drawn(attainment_chart(table(names), correlations(float("nan"))))
    assert len(root.findall(f".//{SVG}circle")) == 2 * len(names)


def test_the_pay_curve_passes_the_target_and_ticks_every_rep():
    root = drawn(payout_chart(pay_plan(cap=2.0), [0.9, 1.0, 1.1]))
    texts = [node.text for node in root.iter(f"{SVG}text")]
    assert "target: $60,000" in texts
    lines = [node for node in root.iter(f"{SVG}line") if node.get("stroke") == "#b3261e"]
    assert len(lines) == 3


def test_dot_and_curve_agree_on_where_the_target_is():
    root = drawn(payout_chart(pay_plan()))
    dot = root.find(f".//{SVG}circle")
    points = root.find(f".//{SVG}path").get("d").removeprefix("M").split("L")
    assert f"{dot.get('cx')} {dot.get('cy')}" in points
