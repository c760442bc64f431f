"""`rooted`: the cheapest assignment of few atoms whose territories grow from roots, by CP-SAT."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.model import Model
from territory_planner.solving.progress import Search

EFFORT = 1.5
"""In CP-SAT's deterministic time: the clock would end one worker's search elsewhere each time."""
GAP = 0.01
GRAIN = 10**8
"""Integers per target, per budget, and per cost of the dearest candidate."""
NEAR, BEYOND = 1e-6, 1e-3
"""Length of a step inside a territory, and of one outside besides what taking the unit costs, where
that of the dearest is 1."""


def rooted(model: Model, order: IntArray, search: Search, number: int = 0) -> IntArray | None:
    """Return ``(n_atoms,)`` territories inside their limits, each on the map in one piece, or None.

    A plan is wanted, and no proof that there is none: limits are rounded inwards. What being off
    target costs is left out.

    Parameters
    ----------
    order
        ``(n_atoms,)`` territories, each on the map in one piece: ways through them tell what is
        nearer to a territory's root.
    number
        Of a search among several.
    """
    from ortools.sat.python import cp_model

    program, weighted = cp_model.CpModel(), cp_model.LinearExpr.weighted_sum
    take = [program.new_bool_var("") for _ in model.cost]
    for first, last in zip(model.start[:-1], model.start[1:], strict=True):
        program.add_exactly_one(take[first:last])
    for at, each, low, high in _limits(model):
        grains = np.round(each * GRAIN).astype(np.int64)
        at, grains = at[grains != 0], grains[grains != 0]
        least, most = int(np.ceil(low * GRAIN)) + len(at), int(np.floor(high * GRAIN)) - len(at)
        if least > most:
            return None
        terms = weighted([take[j] for j in at], grains.tolist())
        program.add_linear_constraint(terms, least if low > 0 else 0, most)
    for j, nearer in _ways(model, order):
        program.add_bool_or([take[j].negated(), *[take[i] for i in nearer]])
    costs = np.round(model.cost * (GRAIN / max(float(model.cost.max()), 1e-300)))
    program.minimize(weighted(take, costs.astype(np.int64).tolist()))
    known = set(model.position(order).tolist())
    for j, variable in enumerate(take):
        program.add_hint(variable, j in known)
    solver = cp_model.CpSolver()
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = (search.options.seed + number) % 2**31
    solver.parameters.max_deterministic_time = EFFORT
    solver.parameters.max_time_in_seconds = max(search.seconds_left(), 0.01)
    solver.parameters.relative_gap_limit = GAP
    if solver.solve(program) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = [j for j, variable in enumerate(take) if solver.boolean_value(variable)]
    return model.territory[np.array(chosen, dtype=np.int64)].astype(np.int32)


def _limits(model: Model) -> Iterator[tuple[IntArray, FloatArray, float, float]]:
    """Yield bands (2) and budgets (3): candidates, what each takes, least and most; in shares."""
    row, carried = model.row_of_candidate, model.activity.sum(axis=0)
    for k, b in np.ndindex(*model.target.shape):
        mine = np.flatnonzero(model.territory == k)
        whole = max(float(model.target[k, b]), 1e-6 * float(carried[b]), 1e-300)
        low, high = max(float(model.lower[k, b]), 0.0), min(float(model.upper[k, b]), carried[b])
        # What cannot be exceeded is no limit, and needs no room for rounding.
        high += whole if model.upper[k, b] >= carried[b] else 0.0
        yield mine, model.activity[row[mine], b] / whole, low / whole, high / whole
    for d, budget in enumerate(model.budget):
        yield np.arange(len(row)), model.moved[:, d], 0.0, float(budget)


def _ways(model: Model, order: IntArray) -> Iterator[tuple[int, list[int]]]:
    """Yield candidates, and those of which each needs one: its neighbours nearer to the root.

    A group's units need not touch: each of them has a way of its own.
    """
    of, degree = order[model.atom_of], np.diff(model.start)[model.atom_of]
    ends = np.concatenate([model.edges, model.edges[:, ::-1]])
    share = model.activity / np.maximum(model.activity.sum(axis=0), 1e-300)
    far = share.sum(axis=1)[model.atom_of]
    far /= max(float(far.max()), 1e-300)
    n = len(of)
    for k in range(model.n_territories):
        place = model.position(np.full(model.n_atoms, k, dtype=np.int32))[model.atom_of]
        may = model.unit_on_map & (place != NONE)
        held = np.flatnonzero(may & (of == k))
        if not len(held):
            yield from ((int(j), []) for j in np.unique(place[may]))
            continue
        # The heaviest of those that cannot leave, if any.
        root = held[np.lexsort((model.weight[model.atom_of[held]], degree[held] == 1))[-1]]
        tail, head = ends[may[ends].all(axis=1)].T
        length = np.where(of[head] == k, NEAR, BEYOND + far[head])
        away = dijkstra(csr_array((length, (tail, head)), shape=(n, n)), indices=root)
        nearer = away[head] < away[tail]
        by_tail = np.argsort(tail[nearer], kind="stable")
        tail, head = tail[nearer][by_tail], head[nearer][by_tail]
        first, last = np.searchsorted(tail, np.arange(n)), np.searchsorted(tail, np.arange(n) + 1)
        for u in np.flatnonzero(may):
            if u != root:
                yield int(place[u]), place[head[first[u] : last[u]]].tolist()
