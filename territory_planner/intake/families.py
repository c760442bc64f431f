"""Account families: who has a parent, or the name of a family, in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.problem import NONE
from territory_planner.intake.columns import Columns
from territory_planner.intake.owners import long_id

IntArray = NDArray[np.int32]


def read_families(columns: Columns) -> IntArray:
    """Return ``(n_accounts,)``: the family of each account, ``NONE`` for one on its own.

    Accounts whose cells say the same are related, and an account is related to those that name it
    as their parent. A family is all that are related through one another, so that a grandparent,
    its children and theirs are one.
    """
    return _families(columns.text("id"), columns.text("name"), columns.text("family"))


def related(ids: Sequence[str], names: Sequence[str], said: Sequence[str]) -> IntArray:
    """Return ``(n_accounts,)``: as `read_families`, from what would stand in the three columns."""
    import pyarrow as pa

    ids_, names_, said_ = (pa.array(texts, pa.string()) for texts in (ids, names, said))
    return _families(ids_, names_, said_)


def _families(ids: Any, names: Any, said: Any) -> IntArray:
    import pyarrow.compute as pc
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(ids)
    cells = said.dictionary_encode()
    values, cell_of = cells.dictionary, np.asarray(cells.indices)
    filled = np.asarray(pc.not_equal(values, ""))
    parent = _parents(ids, names, values)
    child = np.flatnonzero(filled[cell_of])
    named = np.flatnonzero(filled & (parent != NONE))
    # Accounts are the first nodes of the graph, what their cells say are the others.
    one = np.concatenate([child, parent[named]])
    other = n + np.concatenate([cell_of[child], named])
    size = n + len(values)
    graph = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(size, size))
    _, piece = connected_components(graph, directed=False)
    family: IntArray = piece[:n].astype(np.int32)
    family[np.bincount(family, minlength=1)[family] < 2] = NONE
    return family


def _parents(ids: Any, names: Any, values: Any) -> IntArray:
    """Return ``(n_values,)``: the account that a value names, ``NONE`` when it names none.

    A value is looked up among ids (15 and 18 characters are the same in Salesforce), then, small
    and capital letters aside, among ids and names that are unique.
    """
    import pyarrow.compute as pc

    exact = pc.index_in(values, value_set=ids).fill_null(NONE)
    parent: IntArray = np.array(exact, dtype=np.int32)
    texts = values.to_pylist()
    open_ = [i for i in np.flatnonzero(parent == NONE).tolist() if texts[i]]
    for column in (ids, names):
        if not open_:
            break
        known: dict[str, int] = {}
        for row, text in enumerate(column.to_pylist()):
            key = long_id(text).casefold()
            known[key] = NONE if key in known else row
        for i in open_:
            parent[i] = known.get(long_id(texts[i]).casefold(), NONE)
        open_ = [i for i in open_ if parent[i] == NONE]
    return parent
