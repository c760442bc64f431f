"""`Shape`: what the criteria ask of the outline of territories, as the search needs it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.domain.arrays import FloatArray, IntArray
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.problem import METRES, Problem
from territory_planner.solving.model import LongArray, Model
from territory_planner.solving.shape_moves import Ground, Wishes

NEAREST = 8
"""Atoms near one off the map whose territories it is likely to go to."""


@dataclass(frozen=True, eq=False)
class Shape:
    """The outline criteria of one solve.

    Parameters
    ----------
    wishes
        What the largest diameter and each cut edge is worth in km of objective.
    edge_start, edge_atom
        The edges that count when they are cut, between atoms in CSR form, each from both ends.
    near_start, near_atom
        The atoms whose territories an atom may be shifted to, in CSR form: on the map its
        neighbours, off it the nearest.
    point_start, point
        The points (km) of each atom that count for a diameter, in CSR form.
    """

    wishes: Wishes
    edge_start: LongArray
    edge_atom: IntArray
    near_start: LongArray
    near_atom: IntArray
    point_start: LongArray
    point: FloatArray

    def ground(self, model: Model) -> Ground:
        """Return all that the search walks over."""
        return Ground(
            model.start, model.territory, model.cost, model.moved, model.activity, model.lower,
            model.upper, model.target, model.slope, model.budget, model.next_start,
            model.next_atom, model.on_map, self.near_start, self.near_atom, self.edge_start,
            self.edge_atom, self.point_start, self.point,
        )  # fmt: skip


def build_shape(problem: Problem, criteria: Criteria, model: Model) -> Shape:
    """Return the outline criteria between the atoms of a model."""
    atom_of, n = model.atom_of, model.n_atoms
    ends = atom_of[problem.map_edges]
    ends = ends[ends[:, 0] != ends[:, 1]]
    both = np.concatenate([ends, ends[:, ::-1]])
    edge_start, edge_atom = _lists(both[:, 0], both[:, 1], n)
    counted = np.flatnonzero(~problem.units.named)
    point_start, unit = _lists(atom_of[counted], counted, n)
    near = _neighbours(problem, model, both)
    near_start, near_atom = _lists(near[:, 0], near[:, 1], n)
    return Shape(
        Wishes(criteria.worth("diameter"), criteria.worth("cut_edges")),
        edge_start,
        edge_atom,
        near_start,
        near_atom,
        point_start,
        problem.units.xy[unit] / METRES,
    )


def _neighbours(problem: Problem, model: Model, edges: IntArray) -> IntArray:
    """Return ``(n_pairs, 2)``: each atom with those whose territories it may be shifted to."""
    from scipy.spatial import cKDTree

    row = np.repeat(np.arange(model.n_atoms), np.diff(model.next_start))
    joined = np.column_stack([row, model.next_atom])
    off_map = ~model.on_map
    if not off_map.any():
        return joined
    xy = (
        np.column_stack(
            [
                np.bincount(model.atom_of, problem.units.xy[:, axis], model.n_atoms)
                for axis in (0, 1)
            ]
        )
        / np.bincount(model.atom_of)[:, None]
    )
    _, near = cKDTree(xy).query(xy[off_map], k=min(NEAREST + 1, len(xy)))
    near = near.reshape(off_map.sum(), -1)
    pairs = np.column_stack([np.repeat(np.flatnonzero(off_map), near.shape[1]), near.ravel()])
    pairs = np.concatenate([joined, edges[off_map[edges[:, 0]]], pairs])
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)


def _lists(row: IntArray, of: IntArray, n: int) -> tuple[LongArray, IntArray]:
    """Return pairs as lists in CSR form: where each row's list starts, and all lists."""
    order = np.lexsort((of, row))
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(np.bincount(row, minlength=n), out=start[1:])
    return start, of[order].astype(np.int32)
