"""Steps over a map, against networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.solving.hops import steps_from
from territory_planner.solving.model import Model, build_model
from tests.worlds import grid_problem


def grid(rows: int = 6, width: int = 7) -> Model:
    problem = grid_problem("/".join("1" * width for _ in range(rows)), n_territories=2)
    criteria = Criteria({"workload": Band.within(0.5)}, contiguous=True)
    return build_model(problem, criteria, problem.home)


@pytest.mark.parametrize("seed", range(5))
def test_steps_are_those_of_the_shortest_way(seed: int) -> None:
    """A way may end at any atom, but leads only through those it may."""
    model, rng = grid(), np.random.default_rng(seed)
    through = rng.random(model.n_atoms) < 0.6
    sources = rng.choice(model.n_atoms, size=3, replace=False)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(model.n_atoms))
    for a in np.flatnonzero(through):
        for other in model.next_atom[model.next_start[a] : model.next_start[a + 1]]:
            graph.add_edge(int(a), int(other))
    expected = nx.multi_source_dijkstra_path_length(graph, set(sources.tolist()))
    steps = steps_from(model, sources, through)
    assert steps.tolist() == [expected.get(a, model.n_atoms) for a in range(model.n_atoms)]
    assert (steps == model.n_atoms).any() or through.all()


def test_without_a_source_nothing_is_reached() -> None:
    model = grid()
    steps = steps_from(model, np.zeros(0, dtype=np.int64), np.ones(model.n_atoms, dtype=np.bool_))
    assert (steps == model.n_atoms).all()
