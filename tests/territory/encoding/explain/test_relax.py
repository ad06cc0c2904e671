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
    assert set(table["eased"]) == {"one point wider"}


def test_an_outline_at_its_edge_binds_and_is_solved_again_less_compact(tmp_path):
    """A territory at 0.7650 of 0.7600 was said to be bound by nothing."""

    def made(folder, least):
        folder.mkdir()
        rule = f"[rules]\ncompactness_least = {least:g}\n"
        path = grid_scenario(folder, columns=8, rows=4, territories=3, extra=rule)
        return territory.design(read_scenario(path))

    worst = made(tmp_path / "free", 0.3).territories["compactness"].min()
    least = round(0.995 * worst, 4)
    position = open_position(made(tmp_path / "bound", least))
    plan = position.plan.territories.set_index("territory_id")
    seen = set()
    for t, name in enumerate(position.ids):
        told = [each for each in binding_rules(position, t) if each.rule == f"compactness {name}"]
        value, limit = plan.loc[name, ["compactness", "compactness_limit"]]
        seen.add(near := value - limit <= 0.01 * limit)
        assert len(told) == near
        for each in told:
            assert (each.value, each.limit) == (value, limit)
            assert (
                f"of {name} is {value:.4f}, where rules.compactness_least = {least:g}" in each.words
            )
            assert each.easier.shapes.least == 0.99 * position.encoding.problem.shapes.least
            table = relaxed(position, t).set_index("rule")
            eased = table.at[f"compactness {name}", "eased"]
            assert eased == "a hundredth less asked of every outline"
    assert seen == {True, False}
