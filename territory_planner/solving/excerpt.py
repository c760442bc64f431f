"""`excerpt`: the part of a model that some territories hold, as a model of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from territory_planner.domain.arrays import BoolArray, IntArray
from territory_planner.domain.problem import NONE
from territory_planner.solving.model import LongArray, Model


@dataclass(frozen=True, eq=False)
class Excerpt:
    """A part of a model in which everything else stays as it is.

    Parameters
    ----------
    model
        The atoms and territories that take part; budgets are what the others leave of them.
    of
        ``(n_part,)`` where its atoms lie.
    atoms, territories
        Indices of both in the whole.
    """

    model: Model
    of: IntArray
    atoms: IntArray
    territories: IntArray

    def taken_from(self, whole: IntArray) -> IntArray:
        """Return the part of a whole assignment; what lies outside it there, where it lies here."""
        there = whole[self.atoms]
        at = np.minimum(np.searchsorted(self.territories, there), len(self.territories) - 1)
        result: IntArray = np.where(self.territories[at] == there, at, self.of).astype(np.int32)
        return result

    def put_back(self, whole: IntArray, part: IntArray) -> IntArray:
        """Return the whole assignment with another one of the part in it."""
        result = whole.copy()
        result[self.atoms] = self.territories[part]
        return result


def excerpt(model: Model, of: IntArray, among: BoolArray, may: BoolArray) -> Excerpt:
    """Return the part of a model that some territories hold.

    Parameters
    ----------
    of
        ``(n_atoms,)`` territories.
    among
        ``(n_territories,)`` those that take part, with all atoms that they hold.
    may
        ``(n_candidates,)`` the candidates that are open; an atom may always stay.
    """
    takes = among[of]
    atoms, territories = np.flatnonzero(takes), np.flatnonzero(among)
    place = np.cumsum(takes) - 1
    name = np.full(model.n_territories, NONE)
    name[territories] = np.arange(len(territories))
    # Only what the part holds is looked at: the whole may be a hundred times as much.
    row, active = entries(model.start, atoms)
    there = model.territory[active]
    is_open = (there == of[atoms][row]) | (may[active] & among[there])
    row, active = row[is_open], active[is_open]
    start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(atoms)))])
    unit = takes[model.atom_of]
    unit_place = np.cumsum(unit) - 1
    both = unit[model.edges].all(axis=1)
    near, edge = entries(model.next_start, atoms)
    joins = takes[model.next_atom[edge]]
    counts = np.bincount(near[joins], minlength=len(atoms))
    elsewhere = model.position(np.where(takes, NONE, of))
    weight = model.weight[atoms]
    spent = model.moved[elsewhere[elsewhere != NONE]].sum(axis=0)
    part = replace(
        model,
        atom_of=place[model.atom_of[unit]].astype(np.int32),
        activity=model.activity[atoms],
        lower=model.lower[territories],
        upper=model.upper[territories],
        target=model.target[territories],
        slope=model.slope[territories],
        start=start.astype(np.int64),
        territory=name[model.territory[active]].astype(np.int32),
        cost=model.cost[active],
        moved=np.ascontiguousarray(model.moved[active]),
        budget=model.budget - spent,
        weight=weight / max(float(weight.sum()), 1e-300),
        next_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        next_atom=place[model.next_atom[edge[joins]]].astype(np.int32),
        on_map=model.on_map[atoms],
        edges=unit_place[model.edges[both]].astype(np.int32),
        unit_on_map=model.unit_on_map[unit],
        elsewhere=None,
    )
    return Excerpt(part, name[of[atoms]].astype(np.int32), atoms, territories)


def entries(start: LongArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return all that some rows of a CSR list hold: which of the rows, and where in the list."""
    counts = np.diff(start)[rows]
    row = np.repeat(np.arange(len(rows)), counts)
    first = np.cumsum(counts) - counts
    return row, np.arange(len(row)) + (start[rows] - first)[row]
