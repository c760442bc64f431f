"""Worlds drawn together with criteria of every kind that a known alignment just holds."""

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
from territory_planner.evaluation.disruption import disruption, lost_shares
from tests.properties.drawn_worlds import alignments, worlds

BLENDS: list[dict[str, float]] = [
    {"distance": 1.0},
    {"inertia": 1.0},
    {"distance": 0.5, "inertia": 2.0},
    {"largest_distance": 1.0, "distance": 0.3},
]


@dataclass(frozen=True)
class Case:
    """A world, criteria, and an alignment that holds them, so that a plan exists."""

    problem: Problem
    criteria: Criteria
    known: Alignment


@st.composite
def cases(
    draw: st.DrawFn,
    centers: Literal["home", "free"] = "home",
    number: bool = False,
    most_units: int = 8,
) -> Case:
    """Draw a world, in pieces or whole, with all criteria at once, many of them on their limits.

    Parameters
    ----------
    number
        Whether other numbers of territories may be allowed, which have free centers and no proof.
    """
    problem = _away(draw(worlds(most_units)))
    known = draw(alignments(problem))
    contiguous = draw(st.booleans()) and bool(pieces(problem, known).max() <= 1)
    problem = _held_by(known, problem, ruled=draw(st.booleans()))
    if draw(st.booleans()):
        # Equal capacities; else those that the world was drawn with.
        problem = replace(
            problem, target=np.tile(problem.target.mean(axis=0), (len(problem.target), 1))
        )
    measures = draw(
        st.lists(st.sampled_from(["workload", "potential"]), min_size=1, max_size=2, unique=True)
    )
    entries = draw(st.permutations(["workload", "potential"]))[: draw(st.integers(1, 2))]
    farthest = max(0.5, float(distance_km(problem, known, Criteria()).max()))
    order = draw(st.sampled_from(["weights", "weights", "weights", "lexicographic"]))
    # The largest distance takes long; with free centers, as long as it may.
    blends = BLENDS[:-1] if centers == "free" else [*BLENDS[:-1], *BLENDS]
    compactness = draw(st.sampled_from(blends))
    criteria = Criteria(
        bands={name: draw(_bands(problem, known, name)) for name in measures},
        compactness_measure=draw(st.sampled_from(["workload", "potential"])),
        centers=centers,
        contiguous=contiguous,
        disruption=tuple(draw(_limits(problem, known, name)) for name in entries),
        max_distance_km=draw(st.sampled_from([None, farthest])) if centers == "home" else None,
        compactness=compactness,  # type: ignore[arg-type]
        order=order,  # type: ignore[arg-type]
        territory_cost=draw(st.sampled_from([0.0, 0.25])),
    )
    if draw(st.booleans()):
        problem, criteria = draw(_numbered(problem, criteria, number))
    return Case(problem, criteria, known)


def standing(
    problem: Problem, alignment: Alignment, criteria: Criteria, value: float
) -> list[float]:
    """Return what is to be small, the first first: what moves, where that goes before the value."""
    if criteria.order == "weights":
        return [value]
    moved = disruption(problem, alignment)
    return [float(moved[problem.measure_index(d.measure)]) for d in criteria.disruption] + [value]


def is_no_worse(one: list[float], other: list[float], tolerance: float) -> bool:
    """Return whether the first is no worse than the other in the first place that they differ."""
    for here, there in zip(one, other, strict=True):
        slack = tolerance * (1 + abs(there))
        if abs(here - there) > slack:
            return here < there
    return True


@st.composite
def _bands(draw: st.DrawFn, problem: Problem, known: Alignment, measure: str) -> Band:
    deviation = relative_deviation(problem, known)[:, problem.measure_index(measure)]
    lower, upper = min(0.0, float(deviation.min())), max(0.0, float(deviation.max()))
    return Band(lower, upper, draw(st.sampled_from([0.0, 0.0, 1.0])))


@st.composite
def _limits(draw: st.DrawFn, problem: Problem, known: Alignment, measure: str) -> Disruption:
    q = problem.measure_index(measure)
    moved = min(1.0, float(disruption(problem, known)[q]))
    lost = min(1.0, float(lost_shares(problem, known)[:, q].max()))
    return Disruption(
        measure,
        draw(st.sampled_from([None, moved])),
        draw(st.sampled_from([0.0, 2.0])),
        draw(st.sampled_from([None, lost])),
    )


@st.composite
def _numbered(
    draw: st.DrawFn, problem: Problem, criteria: Criteria, number: bool
) -> tuple[Problem, Criteria]:
    """Draw a range round the number there is; territories that nobody needs may be closed."""
    least = most = k = problem.n_territories
    if number:
        most = draw(st.integers(k, k + 1))
    if number and criteria.centers == "free":
        nobody = tuple(replace(t, home=None) for t in problem.territories)
        problem = replace(problem, territories=nobody)
        used = {*problem.accounts.current.tolist(), *problem.locked.tolist()} - {NONE}
        least = draw(st.integers(max(1, len(used)), k))
    return problem, replace(criteria, n_territories=(least, most))


def _away(problem: Problem) -> Problem:
    """Return the problem with every home half a kilometre from the unit it was drawn at."""
    territories = tuple(
        replace(t, home=(x + 300, y + 400))
        for t, (x, y) in zip(problem.territories, problem.home.tolist(), strict=True)
    )
    return replace(problem, territories=territories)


def _held_by(known: Alignment, problem: Problem, ruled: bool) -> Problem:
    """Return the problem with the unit rules that the alignment holds, or with none."""
    of = known.territory_of
    forbidden, skills = problem.forbidden, problem.skill_class
    first = np.array([of[problem.group == g][0] for g in problem.group])
    return replace(
        problem,
        locked=np.where(ruled & (problem.locked == of), problem.locked, NONE),
        forbidden=forbidden[ruled & (of[forbidden[:, 0]] != forbidden[:, 1])],
        group=np.where(ruled & (of == first), problem.group, NONE),
        skill_class=np.where(ruled & problem.allowed[skills, of], skills, 0),
    )
