"""Contiguity: how many pieces of the contiguity graph each territory is in.

Named accounts stand outside contiguity and are not counted.
"""

from __future__ import annotations

import numpy as np

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.problem import NONE, Problem
from territory_planner.geography.adjacency import piece_labels


def piece_of(problem: Problem, alignment: Alignment) -> IntArray:
    """Return ``(n_units,)``: the piece each unit lies in; ``NONE`` for named accounts."""
    of, edges = alignment.territory_of, problem.map_edges
    piece = piece_labels(problem.n_units, edges[of[edges[:, 0]] == of[edges[:, 1]]])
    return np.where(problem.units.named | (of == NONE), NONE, piece).astype(np.int32)


def cut_edges(problem: Problem, alignment: Alignment) -> int:
    """Return how many edges of the contiguity graph join units of two territories."""
    of, edges = alignment.territory_of, problem.map_edges
    return int((of[edges[:, 0]] != of[edges[:, 1]]).sum())


def pieces(problem: Problem, alignment: Alignment) -> IntArray:
    """Return ``(n_territories,)`` number of pieces of each territory: 1 is contiguous."""
    piece = piece_of(problem, alignment)
    first = np.unique(piece[piece != NONE], return_index=True)[1]
    of = alignment.territory_of[piece != NONE][first]
    return np.bincount(of, minlength=problem.n_territories).astype(np.int32)
