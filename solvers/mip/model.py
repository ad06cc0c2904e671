"""A mixed-integer linear model as sparse arrays, solved by OR-Tools, and its safe dual bound."""

from __future__ import annotations

import datetime
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from solvers.arrays import EXACT, Bools, Floats
from solvers.stop import Budget

__all__ = ["Answer", "Model", "Rows", "safe_dual_bound", "solve_model"]


_POLL_S = 0.05
"""Seconds between two looks at the stopping rules while OR-Tools works."""

SMALL = 2_500
"""Most variables of an integer model that HiGHS solves under a limit of counted work: it counts
nodes alone, and the root of a larger model can take minutes. CP-SAT counts all it does."""

_LARGE = 25_000
"""Variables above which CP-SAT has nothing to say within such a limit either."""

_CALL_S, _VARIABLE_S = 5e-3, 2e-6
"""Deterministic seconds of building and presolving a model: at all, and for each variable."""

_PIVOT_S = {False: 8e-9, True: 5e-8}
"""Deterministic seconds of one pivot for each row, in linear and in integer models."""

_TURN = 0.4
"""Share of the work left that one call of CP-SAT may do: cuts follow, and it is asked again."""

_NODE_PIVOTS = 100
"""Pivots that a node of branch and bound is thought to take, with the looks ahead at its branches:
100 to 1,000 were measured on models of 500 rows."""


class Rows:
    """Collects the rows of a model, block by block or one by one."""

    def __init__(self, n_columns: int) -> None:
        self.n_columns = n_columns
        self._row: list[NDArray[np.int64]] = []
        self._column: list[NDArray[np.int64]] = []
        self._value: list[Floats] = []
        self._lower: list[Floats] = []
        self._upper: list[Floats] = []
        self.count = 0

    def block(
        self,
        row: NDArray[np.integer],
        column: NDArray[np.integer],
        value: Floats | float,
        lower: Floats,
        upper: Floats,
    ) -> None:
        """Add ``lower.size`` rows from triplets whose row numbers start at 0."""
        self._row.append(np.asarray(row, dtype=np.int64) + self.count)
        self._column.append(np.asarray(column, dtype=np.int64))
        self._value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape))
        self._lower.append(np.asarray(lower, dtype=np.float64))
        self._upper.append(np.asarray(upper, dtype=np.float64))
        self.count += self._lower[-1].size

    def add(
        self, column: NDArray[np.integer], value: Floats | float, lower: float, upper: float
    ) -> None:
        """Add one row."""
        column = np.asarray(column, dtype=np.int64)
        self.block(
            np.zeros(column.size, dtype=np.int64),
            column,
            value,
            np.array([lower]),
            np.array([upper]),
        )

    def arrays(self) -> tuple[sp.csr_array, Floats, Floats]:
        """Return matrix, lower and upper sides; repeated entries are summed."""
        shape = (self.count, self.n_columns)
        if not self._row:
            return sp.csr_array(shape), np.zeros(0), np.zeros(0)
        triplets = (np.concatenate(self._row), np.concatenate(self._column))
        matrix = sp.coo_array((np.concatenate(self._value), triplets), shape=shape).tocsr()
        return matrix, np.concatenate(self._lower), np.concatenate(self._upper)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Minimise ``objective · x + offset`` with ``row_lower ≤ matrix x ≤ row_upper``.

    Attributes
    ----------
    objective, lower, upper : float64, shape (v,)
    integer : bool, shape (v,)
    matrix : csr_array, shape (r, v)
    row_lower, row_upper : float64, shape (r,)
    offset : float
    """

    objective: Floats
    lower: Floats
    upper: Floats
    integer: Bools
    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    offset: float = 0.0

    def with_rows(self, rows: Rows) -> Model:
        """Return this model with further rows."""
        matrix, lower, upper = rows.arrays()
        return Model(
            objective=self.objective,
            lower=self.lower,
            upper=self.upper,
            integer=self.integer,
            matrix=sp.vstack([self.matrix, matrix]).tocsr(),
            row_lower=np.concatenate([self.row_lower, lower]),
            row_upper=np.concatenate([self.row_upper, upper]),
            offset=self.offset,
        )

    def relaxed(self) -> Model:
        """Return the linear relaxation."""
        return Model(
            objective=self.objective,
            lower=self.lower,
            upper=self.upper,
            integer=np.zeros_like(self.integer),
            matrix=self.matrix,
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            offset=self.offset,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What OR-Tools answered.

    Attributes
    ----------
    status : str
        ``"optimal"``, ``"feasible"``, ``"infeasible"`` or ``"unknown"`` (nothing found, nothing
        excluded; also after an interrupt).
    values : float64, shape (v,), or None
    objective, bound : float
        Value of `values` (``inf`` where none) and proven lower bound (``-inf`` where none).
    duals : float64, shape (r,), or None
        For linear models solved to optimality.
    """

    status: str
    values: Floats | None = None
    objective: float = float("inf")
    bound: float = float("-inf")
    duals: Floats | None = None


_UNKNOWN = Answer(status="unknown")


def solve_model(
    model: Model,
    *,
    budget: Budget,
    gap: float = EXACT,
    hint: Floats | None = None,
    solver: str = "HIGHS",
    cutoff: float = float("inf"),
) -> Answer:
    """Solve a model with one of OR-Tools' solvers on one thread.

    The work runs beside the caller, who looks at the budget meanwhile: an interrupt answers
    ``"unknown"`` at once, however deep the solver is in its search. Where the budget counts work,
    the limit is pivots, nodes or CP-SAT's deterministic time, so that the answer repeats; what was
    done is charged, and an integer model too large for that is answered ``"unknown"``.

    Parameters
    ----------
    model : Model
    budget : Budget
    gap : float
        Relative gap at which an integer model counts as optimal.
    hint : float64, shape (v,), optional
        A solution to begin with.
    solver : {"HIGHS", "GSCIP", "CP_SAT", "GLOP", "PDLP"}
    cutoff : float
        Solutions above are of no interest (`solver` may ignore it).
    """
    if budget.spent():
        return _UNKNOWN
    if model.objective.size == 0:
        empty = bool(((model.row_lower <= 0) & (model.row_upper >= 0)).all())
        if not empty:
            return Answer(status="infeasible", bound=float("inf"))
        return Answer(
            status="optimal", values=np.zeros(0), objective=model.offset, bound=model.offset
        )
    whole = bool(model.integer.any())
    if whole and np.isfinite(budget.effort_s) and solver == "HIGHS":
        if model.objective.size > _LARGE:
            return _UNKNOWN
        solver = "HIGHS" if model.objective.size <= SMALL else "CP_SAT"
    box: list[tuple[Answer, float]] = []
    seconds, effort_s = budget.left_s, budget.effort_s

    def work() -> None:
        box.append(_call(model, seconds, effort_s, gap, hint, solver, cutoff))

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(_POLL_S)
        if budget.rule() is not None:
            budget.spent()
            return _UNKNOWN
    if not box:
        return _UNKNOWN
    answer, done_s = box[0]
    budget.charge(done_s)
    return answer


def _proto(model: Model) -> Any:
    """The model in OR-Tools' exchange format, filled array by array."""
    from ortools.math_opt import model_pb2

    matrix = model.matrix.tocsr()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.sort_indices()
    v, r = model.objective.size, model.row_lower.size
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(v))
    proto.variables.lower_bounds.extend(model.lower.tolist())
    proto.variables.upper_bounds.extend(model.upper.tolist())
    proto.variables.integers.extend(model.integer.tolist())
    at = np.flatnonzero(model.objective)
    proto.objective.linear_coefficients.ids.extend(at.tolist())
    proto.objective.linear_coefficients.values.extend(model.objective[at].tolist())
    proto.objective.offset = model.offset
    proto.linear_constraints.ids.extend(range(r))
    proto.linear_constraints.lower_bounds.extend(model.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(model.row_upper.tolist())
    row = np.repeat(np.arange(r), np.diff(matrix.indptr))
    proto.linear_constraint_matrix.row_ids.extend(row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(matrix.indices.tolist())
    proto.linear_constraint_matrix.coefficients.extend(matrix.data.tolist())
    return proto


def _limits(model: Model, effort_s: float, solver: str) -> dict[str, Any]:
    """Say a limit of counted work in the solver's own terms."""
    if not np.isfinite(effort_s):
        return {}
    if solver == "CP_SAT":
        from ortools.sat import sat_parameters_pb2

        return {
            "cp_sat": sat_parameters_pb2.SatParameters(
                max_deterministic_time=max(effort_s, 0.0) * _TURN,
                linearization_level=2,
                catch_sigint_signal=False,
            )
        }
    whole = bool(model.integer.any())
    pivot_s = _PIVOT_S[whole] * max(model.row_lower.size, 1)
    if whole:
        return {"node_limit": 1 + int(max(effort_s, 0.0) / (_NODE_PIVOTS * pivot_s + 1e-4))}
    return {"iteration_limit": 1 + int(min(max(effort_s, 0.0) / pivot_s, 2e9))}


def _call(
    model: Model,
    seconds: float,
    effort_s: float,
    gap: float,
    hint: Floats | None,
    solver: str,
    cutoff: float,
) -> tuple[Answer, float]:
    """Ask OR-Tools; the answer, and the deterministic seconds that it took."""
    from ortools.math_opt.python import mathopt

    built = mathopt.Model.from_model_proto(_proto(model))
    kind = mathopt.SolverType[solver]
    options = _limits(model, effort_s, solver)
    if solver != "HIGHS":
        options["threads"] = 1
    if np.isfinite(seconds):
        options["time_limit"] = datetime.timedelta(seconds=max(seconds, 0.01))
    whole = bool(model.integer.any())
    if whole:
        options["relative_gap_tolerance"] = gap
        options["absolute_gap_tolerance"] = 0.0
        if np.isfinite(cutoff) and solver == "GSCIP":
            options["cutoff_limit"] = cutoff
    more = mathopt.ModelSolveParameters()
    if hint is not None:
        values = dict(zip(built.variables(), hint.tolist(), strict=True))
        more.solution_hints = [mathopt.SolutionHint(variable_values=values)]
    result = mathopt.solve(
        built, kind, params=mathopt.SolveParameters(**options), model_params=more
    )
    answer = _read(result, built, model, solver)
    done_s = _done_s(model, answer, result.solve_stats.simplex_iterations, effort_s, solver)
    return answer, done_s


def _done_s(model: Model, answer: Answer, pivots: int, effort_s: float, solver: str) -> float:
    """Count what a call did; CP-SAT does not tell: all that it was given, or a quarter of it."""
    if solver == "CP_SAT":
        given = effort_s * _TURN if np.isfinite(effort_s) else 0.0
        return given / 4.0 if answer.status == "optimal" else given
    pivot_s = _PIVOT_S[bool(model.integer.any())] * model.row_lower.size
    return _CALL_S + _VARIABLE_S * model.objective.size + pivots * pivot_s


def _read(result: Any, built: Any, model: Model, solver: str) -> Answer:
    """Put OR-Tools' result into an answer."""
    from ortools.math_opt.python import mathopt

    reason = mathopt.TerminationReason
    whole = bool(model.integer.any())
    if result.termination.reason in (reason.INFEASIBLE, reason.INFEASIBLE_OR_UNBOUNDED):
        if solver == "CP_SAT" and not model.integer.all():
            # It rounds what is not whole: no proof.
            return _UNKNOWN
        return Answer(status="infeasible", bound=float("inf"))
    bound = float(result.termination.objective_bounds.dual_bound)
    if not result.has_primal_feasible_solution():
        return Answer(status="unknown", bound=bound)
    found = result.variable_values()
    proved = result.termination.reason == reason.OPTIMAL
    duals = None
    if proved and not whole and result.has_dual_feasible_solution():
        given = result.dual_values()
        duals = np.array([given[row] for row in built.linear_constraints()])
    return Answer(
        status="optimal" if proved else "feasible",
        values=np.array([found[each] for each in built.variables()]),
        objective=float(result.objective_value()),
        bound=bound,
        duals=duals,
    )


def safe_dual_bound(model: Model, duals: Floats) -> tuple[float, Floats]:
    """Return a lower bound of the relaxation that holds for *any* duals, and the reduced costs.

    Duals of the wrong sign for a one-sided row count as 0, so rounding in a solver can weaken the
    bound and never falsify it.

    Parameters
    ----------
    model : Model
    duals : float64, shape (r,)

    Returns
    -------
    bound : float
        ``-inf`` where an unbounded variable has a reduced cost of the wrong sign.
    reduced : float64, shape (v,)
        ``objective - matrix.T @ duals`` after the projection.

    Notes
    -----
    Weak duality: ``min over lower ≤ x ≤ upper of (objective - Aᵀy)·x + Σ_r (y_r > 0 ? row_lower_r :
    row_upper_r) y_r``.
    """
    duals = np.where(np.isfinite(model.row_lower), duals, np.minimum(duals, 0.0))
    duals = np.where(np.isfinite(model.row_upper), duals, np.maximum(duals, 0.0))
    side = np.where(duals > 0, model.row_lower, model.row_upper)
    rows = float((duals[duals != 0] * side[duals != 0]).sum())
    reduced = model.objective - model.matrix.T @ duals
    edge = np.where(reduced > 0, model.lower, model.upper)
    active = reduced != 0
    return rows + float((reduced[active] * edge[active]).sum()) + model.offset, reduced
