"""Worlds drawn at random, and the same world told otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from territory_planner.domain.alignment import Alignment
from territory_planner.domain.arrays import IntArray
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.domain.territory import Territory
from tests.worlds import grid_problem

SKILLS = (frozenset[str](), frozenset({"lab"}), frozenset({"lab", "surgery"}))


@st.composite
def worlds(draw: st.DrawFn, most_units: int = 8) -> Problem:
    """Draw a grid with several accounts in some units and none in others, and every rule.

    Named units are outside the graph, as they are wherever a problem is read from files.
    """
    width = draw(st.integers(1, most_units // 2))
    height = draw(st.integers(1, 2))
    n, k = width * height, draw(st.integers(1, 3))

    def text(letters: str) -> str:
        row = st.text(alphabet=letters, min_size=width, max_size=width)
        return "/".join(draw(row) for _ in range(height))

    problem = grid_problem(
        text("0012349"),
        current=text(".AABBCC"[: 1 + 2 * k]),
        potential=text("0123459"),
        n_territories=k,
    )
    index = st.integers(0, n - 1)
    named = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    accounts = replace(
        problem.accounts, unit=np.array(draw(st.lists(index, min_size=n, max_size=n)))
    )
    share = np.array(draw(st.lists(st.sampled_from([1.0, 1.0, 2.0, 0.5]), min_size=k, max_size=k)))
    maybe = st.sampled_from([NONE, NONE, NONE, *range(k)])
    pairs = sorted(draw(st.sets(st.tuples(index, st.integers(0, k - 1)), max_size=2)))
    skills = draw(st.lists(st.sampled_from(SKILLS[1:]), min_size=k, max_size=k))
    return replace(
        problem,
        territories=tuple(
            replace(t, skills=s) for t, s in zip(problem.territories, skills, strict=True)
        ),
        units=replace(problem.units, named=named),
        accounts=accounts,
        target=share[:, None] / share.sum() * problem.accounts.activity.sum(axis=0),
        contiguity=problem.contiguity[~named[problem.contiguity].any(axis=1)],
        locked=np.array(draw(st.lists(maybe, min_size=n, max_size=n))),
        forbidden=np.array(pairs, dtype=np.int32).reshape(-1, 2),
        group=np.array(draw(st.lists(st.sampled_from([NONE, NONE, 0, 1]), min_size=n, max_size=n))),
        skill_class=np.array(
            draw(st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=n, max_size=n))
        ),
        required_skills=SKILLS,
    )


@st.composite
def alignments(draw: st.DrawFn, problem: Problem, least: int = 0) -> Alignment:
    """Draw an alignment of whole numbers from ``least``: ``NONE`` leaves units out."""
    territory = st.integers(least, problem.n_territories - 1)
    return Alignment(
        np.array(draw(st.lists(territory, min_size=problem.n_units, max_size=problem.n_units)))
    )


@st.composite
def criteria(draw: st.DrawFn) -> Criteria:
    """Draw criteria over both measures of a drawn world, with prices on everything."""
    band = st.builds(
        Band,
        st.sampled_from([-1.0, -0.3, -0.1]),
        st.sampled_from([0.1, 0.5, 2.0]),
        st.sampled_from([0.0, 2.0]),
    )
    names = st.sampled_from(["workload", "potential"])
    return Criteria(
        bands=draw(st.dictionaries(names, band)),
        compactness_measure=draw(st.none() | names),
        centers=draw(st.sampled_from(["home", "free"])),
        contiguous=draw(st.booleans()),
        disruption=(
            Disruption(
                draw(names),
                draw(st.sampled_from([None, 0.0, 0.3])),
                draw(st.sampled_from([0.0, 3.0])),
            ),
        ),
        max_distance_km=draw(st.none() | st.sampled_from([0.6, 1.6])),
    )


def in_other_order(
    problem: Problem, units: Sequence[int], accounts: Sequence[int], territories: Sequence[int]
) -> Problem:
    """Return the same facts with rows in another order and other names for the territories.

    Each sequence says which old row comes where: ``units[new] = old``.
    """
    new_unit, new_territory = np.argsort(units), np.argsort(territories)
    u, a = np.array(units), np.array(accounts)
    old = problem.accounts
    return replace(
        problem,
        territories=tuple(_renamed(problem.territories[k]) for k in territories),
        units=replace(
            problem.units,
            ids=problem.units.ids[u],
            xy=problem.units.xy[u],
            named=problem.units.named[u],
        ),
        accounts=replace(
            old,
            ids=old.ids[a],
            names=old.names[a],
            unit=new_unit[old.unit[a]],
            xy=old.xy[a],
            activity=old.activity[a],
            current=relabelled(old.current[a], new_territory),
            placed_by=old.placed_by[a],
        ),
        target=problem.target[list(territories)],
        contiguity=new_unit[problem.contiguity][::-1],
        locked=relabelled(problem.locked[u], new_territory),
        forbidden=np.column_stack(
            [new_unit[problem.forbidden[:, 0]], new_territory[problem.forbidden[:, 1]]]
        ),
        group=problem.group[u],
        skill_class=problem.skill_class[u],
    )


def relabelled(territory_of: IntArray, new_territory: IntArray) -> IntArray:
    """Return territory indices in their new numbers; ``NONE`` stays."""
    return np.where(territory_of == NONE, NONE, new_territory[territory_of])


def _renamed(territory: Territory) -> Territory:
    return replace(territory, id=f"new {territory.id}", name="any", rep_id=None, rep="somebody")
