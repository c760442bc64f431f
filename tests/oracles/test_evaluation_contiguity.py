"""Second opinion on contiguity: networkx counts the pieces of each territory."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from territory_planner.domain.problem import NONE
from territory_planner.evaluation.contiguity import piece_of, pieces
from tests.properties.drawn_worlds import alignments
from tests.worlds import grid_problem


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_pieces_are_the_connected_components_of_each_territory(data: st.DataObject) -> None:
    """On any graph, with named units and units without a territory left out."""
    n, k = data.draw(st.integers(1, 12)), data.draw(st.integers(1, 3))
    unit = st.integers(0, n - 1)
    pairs = data.draw(st.lists(st.tuples(unit, unit), max_size=2 * n))
    named = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    edges = [(i, j) for i, j in pairs if i < j and not named[[i, j]].any()]
    problem = grid_problem("1" * n, n_territories=k)
    problem = replace(
        problem,
        units=replace(problem.units, named=named),
        contiguity=np.array(edges, dtype=np.int32).reshape(-1, 2),
    )
    alignment = data.draw(alignments(problem, least=NONE))
    graph: nx.Graph[int] = nx.Graph(edges)
    graph.add_nodes_from(range(n))
    piece = piece_of(problem, alignment)
    for territory in range(k):
        mine = np.flatnonzero((alignment.territory_of == territory) & ~named).tolist()
        components = list(nx.connected_components(graph.subgraph(mine)))
        assert pieces(problem, alignment)[territory] == len(components)
        numbers = {frozenset(piece[list(component)].tolist()) for component in components}
        assert len(numbers) == len(components)
        assert all(len(number) == 1 and NONE not in number for number in numbers)
    outside = named | (alignment.territory_of == NONE)
    assert (piece[outside] == NONE).all()
