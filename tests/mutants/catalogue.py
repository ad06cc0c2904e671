"""Each mutant: what one line would have to say for a plan to be quietly wrong."""

from dataclasses import dataclass

__all__ = ["MUTANTS", "Mutant"]


@dataclass(frozen=True, slots=True)
class Mutant:
    """One fault: in `path`, the text `old`, found there once, becomes `new`."""

    name: str
    path: str
    old: str
    new: str
    tests: tuple[str, ...]


def _in(path: str, tests: str, *faults: tuple[str, str, str]) -> list[Mutant]:
    where = tuple(f"tests/{each}" for each in tests.split())
    return [Mutant(name, path, old, new, where) for name, old, new in faults]


MUTANTS = (
    *_in(
        "solvers/problem/evaluate.py",
        "solvers/problem/test_evaluate.py",
        ("loads forget travel", "+ problem.balance.travel_share[a] * travel", "+ 0.0 * travel"),
        ("travel into every measure", "if problem.balance.travel_share[a] > 0:", "if True:"),
        (
            "borders counted twice",
            "return 0.5 * problem.borders.price",
            "return 1.0 * problem.borders.price",
        ),
        ("a whole group pays for a split", "np.maximum(count - 1, 0)", "np.maximum(count, 0)"),
        (
            "moves priced where nothing is known of today",
            "inside & (problem.changes.current >= 0) &",
            "inside &",
        ),
        (
            "exempt units break contiguity",
            "asked = np.flatnonzero(inside & ~problem.rules.exempt)\n    of_piece",
            "asked = np.flatnonzero(inside)\n    of_piece",
        ),
        ("landless territories pass", "if holds_land(problem):", "if False:"),
        (
            "two pieces pass",
            "broken = np.flatnonzero(count > 1)",
            "broken = np.flatnonzero(count > 2)",
        ),
        ("bands twice as wide", "excess > TOLERANCE * goal", "excess > 0.05 * goal"),
        (
            "too light passes",
            "np.maximum(loads - upper, lower - loads)",
            "np.maximum(loads - upper, loads - upper)",
        ),
        ("no candidate is no matter", "units[~np.isfinite(price)]", "units[np.isnan(price)]"),
        (
            "forbidden pairs pass",
            "shut = units[banned(problem, units, assignment[units])]",
            "shut = units[:0]",
        ),
        (
            "groups of three may split in two",
            "split = count > 1",
            "split = count > 2",
        ),
        (
            "radius doubled",
            "beyond(problem, far)",
            "far > problem.rules.radius * 2.0",
        ),
        (
            "cap on moves ignored",
            "amount > cap * (1.0",
            "amount > 2.0 * cap * (1.0",
        ),
        (
            "a center in another territory passes",
            "assignment[serving[held]] != held]",
            "assignment[serving[held]] < 0]",
        ),
        (
            "empty territories pass",
            "for t in np.flatnonzero(n_units == 0)",
            "for t in np.flatnonzero(n_units < 0)",
        ),
    ),
    *_in(
        "solvers/problem/compactness.py",
        "solvers/problem/test_compactness.py",
        ("coast counts in full", "np.minimum(1.0, 2.0 * self", "np.maximum(1.0, 2.0 * self"),
        ("a square is no circle", "value = 4.0 * np.pi", "value = 3.0 * np.pi"),
        ("inner borders are outline", "km * ~apart[here], k)", "0.0 * km, k)"),
    ),
    *_in(
        "solvers/moves/shaped.py",
        "solvers/moves/test_shaped.py",
        (
            "a plan counts as feasible before the rule is asked",
            "observer(replace(event, feasible=False))",
            "observer(event)",
        ),
    ),
    *_in(
        "solvers/problem/bands.py",
        "solvers/problem/test_evaluate.py",
        ("bands not on the plan's own total", "total / balance.goal.sum(axis=0), 1.0", "1.0, 1.0"),
        (
            "every measure scaled",
            "scaled = (balance.travel_share > 0) & (total > 0)",
            "scaled = total > 0",
        ),
        (
            "lower band of a travelled measure not scaled",
            "balance.lower * scale, upper",
            "balance.lower, upper",
        ),
        ("upper band of a travelled measure not scaled", ", upper * scale", ", upper"),
        ("centers without bands of their own", "if balance.center_upper is not None:", "if False:"),
    ),
    *_in(
        "solvers/problem/reach.py",
        "solvers/problem solvers/test_contract.py solvers/exact",
        (
            "radius doubled for the search",
            "away > problem.rules.radius * (1.0 + LIMIT)",
            "away > problem.rules.radius * 2.0",
        ),
        (
            "forbidden units forgotten by the search",
            "pairs[:, 1] == territory, 0",
            "pairs[:, 1] == -1, 0",
        ),
    ),
    *_in(
        "solvers/problem/centers.py",
        "solvers/problem/test_centers.py",
        ("the dearest center", "units[int(np.argmin(totals))]", "units[int(np.argmax(totals))]"),
        (
            "centers out of their radius",
            "~beyond.any(axis=0)",
            "~beyond.all(axis=0)",
        ),
        ("centers without room", "* (1 + LIMIT) >= load", "* 2.0 >= load"),
    ),
    *_in(
        "territory/encoding/encode.py",
        "territory/encoding territory/test_design.py",
        ("no margin for rounding", "MARGIN = 1e-5", "MARGIN = 0.0"),
        (
            "handover price not capped at the revenue",
            "np.minimum(1.0, options.handover",
            "np.minimum(9.0, options.handover",
        ),
        ("tenure forgotten", "options.handover_tenure * tenure", "0.0 * tenure"),
        (
            "accounts without a rep priced",
            'np.where(case.current.to_numpy() != "", risk, 0.0)',
            "risk",
        ),
        (
            "staying is priced as leaving",
            "np.subtract.at(cost, (item, today), price)",
            "np.add.at(cost, (item, today), price)",
        ),
        (
            "travel at the price of an hour squared",
            "cost = options.travel_usd_h * travel",
            "cost = options.travel_usd_h**2 * travel",
        ),
        ("bands of travelled measures in dollars", "share = share / usd_h", "share = share * 1.0"),
        (
            "named accounts need borders",
            "exempt[len(case.unit_ids) :] = True",
            "exempt[len(case.unit_ids) :] = False",
        ),
    ),
    *_in(
        "territory/encoding/rules.py",
        "territory/encoding/test_conflicts.py territory/encoding territory/test_design.py",
        (
            "a pin on a split county does not reach its children",
            'ids.str.startswith(f"{unit}:")',
            "(ids == unit)",
        ),
        ("pins forgotten", "pinned[here] = t", "pinned[here] = -1"),
        ("contradictions unnoticed", "if rules.pinned[item] == t:", "if False:"),
        ("pinned apart and together unnoticed", "if here != there:", "if False:"),
        ("whole systems of one account only", "if len(rows) > 1]", "if len(rows) > 2]"),
        (
            "split systems free",
            "price=np.full(len(lists), price)",
            "price=np.full(len(lists), 0.0)",
        ),
        (
            "forced moves not counted into the cap",
            "np.array([e.cap - e.forced for e in caps]",
            "np.array([e.cap for e in caps]",
        ),
        (
            "forced moves taken off twice",
            "np.array([e.cap - e.forced for e in caps]",
            "np.array([e.cap - 2 * e.forced for e in caps]",
        ),
        (
            "radius by the nearest account",
            "np.maximum.at(far, items.of_account, account)",
            "far[items.of_account] = account",
        ),
        (
            "radius in minutes ignored",
            "if rules.radius_min is not None:\n        account",
            "if False:\n        account",
        ),
        (
            "radius of units without accounts ignored",
            "far[empty] = unit[empty]",
            "far[empty] = 0.0",
        ),
    ),
    *_in(
        "territory/encoding/decode.py",
        "territory/encoding territory/test_design.py territory/test_plan.py",
        ("every account moved", 'return (today != "") & (today', "return (today"),
        (
            "goals equal whatever the capacity",
            "(case.shares[:, column] * load.sum()).round(4)",
            "np.full(len(load), load.mean()).round(4)",
        ),
        (
            "workload without travel",
            '"workload_h": (service + travel).round(4)',
            '"workload_h": service.round(4)',
        ),
        ("optimal of located centers", '{"optimal": "feasible", "infeasible"', '{"infeasible"'),
        (
            "hours of today from the plan's rep",
            "hours = roads.hours[rows, way]",
            "hours = roads.hours[rows, 0]",
        ),
        (
            "systems split into three count as two",
            "np.bincount(pairs // len(ids)) - 1",
            "np.bincount(pairs // len(ids)).clip(max=2) - 1",
        ),
    ),
    *_in(
        "territory/encoding/proved.py",
        "territory/encoding",
        (
            "bound with the price of empty units inside",
            "result.bound - encoding.prospect_usd",
            "result.bound + encoding.prospect_usd",
        ),
    ),
    *_in(
        "territory/encoding/verify.py",
        "territory/encoding/test_verify.py",
        (
            "tables not judged: too heavy",
            "~((low - ROUNDING <= load) & (load <= high + ROUNDING))",
            "~(low - ROUNDING <= load)",
        ),
        ("tables not judged: pieces", "if parts != 1\n", "if parts > 99\n"),
        ("tables not judged: moved accounts", "n > most", "n > 2 * most + 9"),
        ("tables not judged: moved revenue", "value > limit + 0.01", "value > 9 * limit + 0.01"),
    ),
    *_in(
        "territory/inputs/places/places.py",
        "territory/inputs/places territory/test_audit.py",
        ("accounts snapped from 250 km", "SNAP_KM = 25.0", "SNAP_KM = 250.0"),
        (
            "foreign ZIPs placed in the United States",
            '.where(american(scenario, part["country"]), "")',
            '.where(True, "")',
        ),
        (
            "placed by ZIP without a word",
            'placed = missing & out["lon"].notna()',
            "placed = missing & False",
        ),
        (
            "the account's own ZIP does not decide",
            'unit = unit.where(unit != "", hosted)',
            "unit = unit",
        ),
    ),
    *_in(
        "geo/roads/trips.py",
        "geo/roads",
        (
            "hop with one urban end",
            "2.0 * used.urban(places[order])",
            "1.0 * used.urban(places[order])",
        ),
        ("hop to itself", "near_km[:, 1:], near_km[:, :-1]", "near_km[:, :-1], near_km[:, :-1]"),
        (
            "hops to accounts that nobody calls on",
            "called = order[calls[order] > 0]",
            "called = order",
        ),
        ("one stop a trip", "stops = np.maximum(_LEAST_STOPS,", "stops = np.minimum(1.0,"),
        ("nights for nothing", "trips.night_min * away < least", "0.0 * away < least"),
        ("nights near home", "far = one_way >= trips.far_min", "far = one_way >= 0.0"),
    ),
    *_in(
        "territory/encoding/routed/routing.py",
        "territory/encoding/routed/test_routing.py",
        (
            "tours correct nothing",
            "hours = np.round(roads.hours * factor, 4)",
            "hours = np.round(roads.hours * 1.0, 4)",
        ),
        (
            "routed hours without service",
            "service.reindex(ids).fillna(0.0).to_numpy(dtype=np.float64) + travel",
            "0.0 * travel + travel",
        ),
    ),
    *_in(
        "geo/travel.py",
        "geo/test_travel.py",
        (
            "rural all the way",
            "np.minimum(road_km, urban_ends * self.urban_km)",
            "np.minimum(road_km, 0.0 * urban_ends)",
        ),
        (
            "as the crow flies",
            "road_km = self.circuity * distance_km",
            "road_km = 1.0 * distance_km",
        ),
        ("latitudes forgotten", "cosines * np.sin(half_lon) ** 2", "np.sin(half_lon) ** 2"),
        ("one neighbour too few makes a town", "n=count, below", "n=max(count - 1, 1), below"),
    ),
    *_in(
        "territory/incentives/quota/quotas.py",
        "territory/incentives/quota",
        ("growth on nothing", "return options.goal_usd\n", "return options.goal_usd + 1\n"),
        (
            "growth twice",
            "round(last * (1.0 + options.growth))",
            "round(last * (1.0 + 2 * options.growth))",
        ),
        (
            "growth of the quota on the quota",
            "found.quota_usd / last - 1.0, np.nan)",
            "last / found.quota_usd - 1.0, np.nan)",
        ),
    ),
    *_in(
        "territory/incentives/quota/spread.py",
        "territory/incentives/quota/test_spread.py",
        (
            "rounding to the first",
            "order = np.argsort(-step * remainder",
            "order = np.argsort(0 * remainder",
        ),
        (
            "limits ignored when filling",
            "after = np.clip(points[low] * weight, lower, upper)",
            "after = np.clip(points[low] * weight, 0.0, upper)",
        ),
    ),
    *_in(
        "territory/incentives/quota/shares.py",
        "territory/incentives/quota",
        ("relief is not taken off", "+ momentum - relief", "+ momentum - 0.0 * relief"),
        ("captured twice", "retained + captured +", "retained + 2 * captured +"),
        (
            "trend without a limit",
            "np.clip(trend, -limit, limit)",
            "np.clip(trend, -9.0, 9.0)",
        ),
        (
            "no over-assignment",
            "round(goal_usd * (1.0 + options.over_assignment))",
            "round(goal_usd * 1.0)",
        ),
        (
            "floors below last year",
            "np.ceil(last * (1.0 + options.floor)",
            "np.ceil(last * (0.9 + options.floor)",
        ),
        (
            "caps not held",
            "np.floor(last * (1.0 + options.cap)",
            "np.floor(last * (2.0 + options.cap)",
        ),
        (
            "young territories capped at nothing",
            "np.where(last > 0, np.maximum(capped, lower), upper)",
            "np.maximum(capped, lower)",
        ),
    ),
    *_in(
        "territory/workforce/capacity.py",
        "territory/workforce/test_capacity.py",
        ("half-time reps get all", 'reps["fte"].to_numpy(dtype=np.float64) * pace', "pace"),
        ("administration is selling time", "* (1.0 - capacity.admin_share)", "* 1.0"),
    ),
    *_in(
        "territory/inputs/time/ramp.py",
        "territory/inputs/time/test_ramp.py",
        ("no ramp", "(before**2 - after**2)", "(before**2 - before**2)"),
    ),
)
