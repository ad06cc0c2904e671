"""Rules that bind a territory, and what a wider one saves."""

import territory
from territory.encoding.explain.position import open_position
from territory.encoding.explain.relax import binding_rules, relaxed
from territory.inputs.scenario.scenario import read_scenario
from territory.publish.folder import read_plan
from tests.territory.worlds import grid_scenario


def test_a_band_at_its_edge_binds_and_is_solved_again_with_a_point_more(tmp_path):
    tight = "[measures.potential_usd]\ntolerance = 0.0\n[measures.workload_h]\ntolerance = 0.3\n"
    path = grid_scenario(tmp_path, columns=6, extra=tight)
    made = territory.design(read_scenario(path))
    position = open_position(read_plan(made.save(tmp_path / "plan")))
    bound = binding_rules(position, 0)
    rules = {each.rule for each in bound}
    own = position.plan.territories.iloc[0]
    for each in bound:  # the limit that territories.csv has, not the solver's narrower one
        measure = each.rule.removeprefix("balance ")
        assert {"workload_h": " h, where ", "potential_usd": " USD, where "}[measure] in each.words
        ends = [own[f"{measure}_lower"], own[f"{measure}_upper"]]
        assert min(abs(each.limit - end) for end in ends) <= 2e-6 * each.limit
    assert "balance potential_usd" in rules
    table = relaxed(position, 0)
    assert set(table["rule"]) == rules | ({"balance potential_usd"} & rules)
    assert (table["saves_usd"] >= 0).all()
