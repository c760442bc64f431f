"""Worlds drawn together with criteria that a known alignment just holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from hypothesis import strategies as st

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import relative_deviation
from territory_planner.evaluation.compactness import distance_km
from territory_planner.evaluation.contiguity import pieces
from territory_planner.evaluation.disruption import disruption
from tests.properties.drawn_worlds import alignments, worlds


@dataclass(frozen=True)
class Case:
    """A world, criteria, and an alignment that holds them, so that a plan exists."""

    problem: Problem
    criteria: Criteria
    known: Alignment


@st.composite
def cases(draw: st.DrawFn, centers: Literal["home", "free"] = "home") -> Case:
    """Draw a world of at most 8 units, in pieces with every rule or whole, some on its limits."""
    problem = _away(draw(worlds()))
    known = draw(alignments(problem))
    contiguous = draw(st.booleans()) and bool(pieces(problem, known).max() <= 1)
    problem = _held_by(known, problem, ruled=not contiguous)
    measure = draw(st.sampled_from(["workload", "potential"]))
    q = problem.measure_index(measure)
    deviation = relative_deviation(problem, known)[:, q]
    band = Band(
        min(0.0, float(deviation.min())),
        max(0.0, float(deviation.max())),
        draw(st.sampled_from([0.0, 1.0])),
    )
    moved = float(disruption(problem, known)[1 - q])
    other = problem.measures[1 - q].name
    limit = Disruption(
        other, draw(st.sampled_from([None, moved])), draw(st.sampled_from([0.0, 2.0]))
    )
    farthest = max(0.5, float(distance_km(problem, known, Criteria()).max()))
    return Case(
        problem,
        Criteria(
            bands={measure: band},
            compactness_measure=draw(st.sampled_from(["workload", "potential"])),
            centers=centers,
            contiguous=contiguous,
            disruption=(limit,),
            max_distance_km=draw(st.sampled_from([None, farthest])) if centers == "home" else None,
        ),
        known,
    )


def _away(problem: Problem) -> Problem:
    """Return the problem with every home half a kilometre from the unit it was drawn at."""
    territories = tuple(
        replace(t, home=(x + 300, y + 400))
        for t, (x, y) in zip(problem.territories, problem.home.tolist(), strict=True)
    )
    return replace(problem, territories=territories)


def _held_by(known: Alignment, problem: Problem, ruled: bool) -> Problem:
    """Return equal capacities with the unit rules that the alignment holds, or with none."""
    of, k = known.territory_of, problem.n_territories
    forbidden, skills = problem.forbidden, problem.skill_class
    first = np.array([of[problem.group == g][0] for g in problem.group])
    return replace(
        problem,
        target=np.tile(problem.accounts.activity.sum(axis=0) / k, (k, 1)),
        locked=np.where(ruled & (problem.locked == of), problem.locked, NONE),
        forbidden=forbidden[ruled & (of[forbidden[:, 0]] != forbidden[:, 1])],
        group=np.where(ruled & (of == first), problem.group, NONE),
        skill_class=np.where(ruled & problem.allowed[skills, of], skills, 0),
    )
