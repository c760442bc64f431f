"""What planners can use elsewhere: each peer's way from an instance to labels.

Every method takes a `Problem` (accounts as units, two measures, homes and a contiguity graph) and
seconds, which not all can keep to, and returns ``(n_units,)`` labels. Packages of the ``[bench]``
extra are imported inside.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner import Alignment, Band, Criteria, Problem, SolveOptions, solve
from territory_planner.domain.problem import METRES
from territory_planner.evaluation.compactness import centers

Array = NDArray[Any]
BAND = 0.05
NEAREST = 40
GRAIN = 100
FLOW_ROUNDS = 15
SEED = 1
BURST = 10


def k_means_constrained(problem: Problem, seconds: float) -> Array:
    """Return clusters of almost equal numbers of accounts; activity is unknown to it."""
    from k_means_constrained import KMeansConstrained

    each = problem.n_units / problem.n_territories
    model = KMeansConstrained(
        n_clusters=problem.n_territories,
        size_min=int(each * (1 - BAND)),
        size_max=int(each * (1 + BAND)) + 1,
        random_state=SEED,
        n_init=1,
    )
    return np.asarray(model.fit_predict(problem.units.xy / METRES))


def metis(problem: Problem, seconds: float) -> Array:
    """Return METIS's contiguous partition of the graph by workload."""
    import pymetis

    n = problem.n_units
    ends = np.concatenate([problem.contiguity, problem.contiguity[:, ::-1]])
    order = np.argsort(ends[:, 0], kind="stable")
    start = np.searchsorted(ends[order, 0], np.arange(n + 1))
    weight = np.maximum(1, np.rint(GRAIN * problem.activity[:, 0])).astype(int)
    _, labels = pymetis.part_graph(
        problem.n_territories,
        xadj=start,
        adjncy=ends[order, 1],
        vweights=weight,
        contiguous=True,
    )
    return np.asarray(labels)


def flow_to_homes(problem: Problem, seconds: float) -> Array:
    """Return OR-Tools' cheapest flow of workload to the nearest homes, rounded to the largest."""
    return _flow(problem, problem.home)


def flow_and_medians(problem: Problem, seconds: float) -> Array:
    """Return the flow to centers and the medians of what flows there, by turns."""
    rng = np.random.default_rng(SEED)
    center = problem.units.xy[rng.choice(problem.n_units, problem.n_territories, replace=False)]
    free = Criteria(centers="free")
    labels, began = _flow(problem, center), time.perf_counter()
    for _ in range(FLOW_ROUNDS):
        center = centers(problem, Alignment(labels), free)
        labels = _flow(problem, center)
        if time.perf_counter() - began > seconds:
            break
    return labels


def highs_whole_model(problem: Problem, seconds: float) -> Array:
    """Return HiGHS's solution of the whole model, both measures, distances to homes."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    n, k = problem.n_units, problem.n_territories
    distance = problem.distance_km(problem.units.xy[:, None], problem.home)
    cost = (problem.activity[:, :1] * distance).ravel() / problem.activity[:, 0].sum()
    unit, home = np.divmod(np.arange(n * k), k)
    rows = [csr_matrix((np.ones(n * k), (unit, np.arange(n * k))), shape=(n, n * k))]
    low, high = [np.ones(n)], [np.ones(n)]
    for q in range(2):
        scale = problem.target[0, q]
        share = problem.activity[unit, q] / scale
        rows.append(csr_matrix((share, (home, np.arange(n * k))), shape=(k, n * k)))
        low.append(np.full(k, 1 - BAND))
        high.append(np.full(k, 1 + BAND))
    limits = [LinearConstraint(a, b, c) for a, b, c in zip(rows, low, high, strict=True)]
    found = milp(
        cost,
        integrality=np.ones(n * k),
        bounds=Bounds(0, 1),
        constraints=limits,
        options={"time_limit": seconds},
    )
    if found.x is None:
        raise RuntimeError(f"HiGHS: {found.message}")
    return np.asarray(found.x.reshape(n, k).argmax(axis=1))


def gerrychain(problem: Problem, seconds: float) -> Array:
    """Return the best of GerryChain's short bursts: recombination by workload, then potential."""
    import networkx as nx
    from gerrychain import Graph, Partition, accept, constraints
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.proposals import recom
    from gerrychain.tree import recursive_tree_part
    from gerrychain.updaters import Tally

    began = time.perf_counter()
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(
        (i, {"workload": float(w), "potential": float(p)})
        for i, (w, p) in enumerate(problem.activity[:, :2])
    )
    plain.add_edges_from(problem.contiguity.tolist())
    graph = Graph.from_networkx(plain)
    ideal, other = problem.target[0, :2]
    first = recursive_tree_part(graph, range(problem.n_territories), ideal, "workload", BAND, 1)
    start = Partition(
        graph,
        first,
        {"workload": Tally("workload"), "potential": Tally("potential")},
    )

    def propose(partition: Any) -> Any:
        return recom(partition, "workload", ideal, BAND, 1)

    def worst(partition: Any) -> float:
        return float(max(abs(total / other - 1) for total in partition["potential"].values()))

    search = SingleMetricOptimizer(propose, constraints.Validator([]), start, worst, maximize=False)
    bursts = search.short_bursts(BURST, 1_000_000, accept=accept.always_accept)
    for _ in bursts:
        if time.perf_counter() - began > seconds:
            break
    best = search.best_part.assignment
    return np.array([best[i] for i in range(problem.n_units)])


def ours(problem: Problem, seconds: float, **wishes: Any) -> Array:
    """Return this project's plan for both measures."""
    bands = {m.name: Band.within(BAND) for m in problem.measures}
    plan = solve(problem, Criteria(bands, **wishes), SolveOptions(seconds, workers=2))
    return plan.alignment.territory_of


def ours_homes(problem: Problem, seconds: float) -> Array:
    """Return this project's plan with homes given."""
    return ours(problem, seconds)


def ours_contiguous(problem: Problem, seconds: float) -> Array:
    """Return this project's plan with free centers, every territory one piece."""
    return ours(problem, seconds, centers="free", contiguous=True, short_borders=0.0)


def ours_free(problem: Problem, seconds: float) -> Array:
    """Return this project's plan with free centers."""
    return ours(problem, seconds, centers="free")


def _flow(problem: Problem, center: Array) -> Array:
    from ortools.graph.python import min_cost_flow
    from scipy.spatial import cKDTree

    n, k = problem.n_units, problem.n_territories
    far, near = cKDTree(center).query(problem.units.xy, k=min(NEAREST, k), workers=1)
    far, near = far.reshape(n, -1), near.reshape(n, -1)
    supply = np.maximum(1, np.rint(GRAIN * problem.activity[:, 0])).astype(np.int64)
    width = near.shape[1]
    flow = min_cost_flow.SimpleMinCostFlow()
    tail = np.repeat(np.arange(n), width)
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        tail, n + near.ravel(), supply[tail], np.rint(far.ravel() / 100.0).astype(np.int64)
    )
    room = -(-int(supply.sum()) // k) + 1
    flow.add_arcs_with_capacity_and_unit_cost(
        n + np.arange(k), np.full(k, n + k), np.full(k, room), np.zeros(k, dtype=np.int64)
    )
    flow.set_nodes_supplies(np.arange(n), supply)
    flow.set_node_supply(n + k, -int(supply.sum()))
    if flow.solve() != flow.OPTIMAL:
        raise RuntimeError(f"there is no flow to the {width} nearest centers")
    carried = flow.flows(arcs).reshape(n, width)
    return np.asarray(near[np.arange(n), carried.argmax(axis=1)])


METHODS: dict[str, Callable[[Problem, float], Array]] = {
    "k-means-constrained": k_means_constrained,
    "METIS (pymetis), contiguous": metis,
    "OR-Tools flow to homes": flow_to_homes,
    "OR-Tools flow and medians": flow_and_medians,
    "HiGHS on the whole model, homes": highs_whole_model,
    "GerryChain short bursts": gerrychain,
    "territory-planner, homes": ours_homes,
    "territory-planner, free centers": ours_free,
    "territory-planner, contiguous": ours_contiguous,
}
