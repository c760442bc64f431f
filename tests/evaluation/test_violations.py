"""Violations: each rule broken alone is told in its own sentence, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.disruption import disruption
from territory_planner.evaluation.violations import violations
from tests.evaluation.drawings import drawn, with_target, without_home
from tests.worlds import grid_problem

NO_WISH = Criteria()


def skilled(problem: Problem, required: str, *skills: set[str]) -> Problem:
    """Return the problem with the ``x`` units requiring two skills, and what each rep has."""
    territories = tuple(
        replace(t, skills=frozenset(s)) for t, s in zip(problem.territories, skills, strict=True)
    )
    return replace(
        problem,
        territories=territories,
        skill_class=np.array([int(c == "x") for c in required]),
        required_skills=(frozenset(), frozenset({"surgery", "cold chain"})),
    )


STRICT = Criteria(
    bands={"workload": Band.within(0.0), "potential": Band(-0.5, 0.5)},
    contiguous=True,
    disruption=(Disruption("workload", 0.25), Disruption("potential", 0.2)),
    max_distance_km=1.0,
)


def strict_problem() -> Problem:
    """Return six units under every kind of rule, on whose limits AAABBB lies."""
    problem = grid_problem("123411", current="AABBB.", homes=".A..B.", potential="111111")
    return replace(
        skilled(problem, "xx....", {"surgery", "cold chain"}, set()),
        locked=drawn("A....B").territory_of,
        forbidden=np.array([[2, 1], [3, 0]]),
        group=np.array([NONE, 0, 0, 1, 1, NONE]),
    )


def test_a_valid_alignment_breaks_nothing() -> None:
    """Every rule is there and each is held, on its limit or inside."""
    assert violations(strict_problem(), drawn("AAABBB"), STRICT) == []


def test_every_rule_at_once() -> None:
    """Each broken rule has its sentences, one a broken place, always in this order."""
    assert violations(strict_problem(), drawn("BABAA."), STRICT) == [
        "unit U5 has no territory",
        "workload of T1 is 7.00 h/yr, outside [6.00, 6.00]",
        "workload of T2 is 4.00 h/yr, outside [6.00, 6.00]",
        "territory T1 is in 2 pieces",
        "territory T2 is in 2 pieces",
        "50.000% of workload changes hands, over the budget of 25.000%",
        "50.000% of potential changes hands, over the budget of 20.000%",
        "unit U0 is locked to T1 and lies in T2",
        "unit U2 may not belong to T2",
        "unit U3 may not belong to T1",
        "unit U0 requires cold chain, surgery, which T2 does not have",
        "the group of unit U1 is split over 2 territories",
        "unit U2 lies 2.00 km from the center of T2, over 1.00 km",
        "unit U3 lies 2.00 km from the center of T1, over 1.00 km",
        "unit U4 lies 3.00 km from the center of T1, over 1.00 km",
    ]


def test_a_unit_must_have_a_territory() -> None:
    """Each unit that has none is told, even when no criterion is wished for."""
    assert violations(grid_problem("111"), drawn(".A."), NO_WISH) == [
        "unit U0 has no territory",
        "unit U2 has no territory",
    ]


def test_a_total_over_its_band() -> None:
    """Only the territory and measure outside are told, with total and limits."""
    problem = with_target(grid_problem("1934", potential="2222"), (8.0, 4.0), (7.0, 4.0))
    criteria = Criteria({"potential": Band.within(0.1), "workload": Band.within(0.1)})
    assert violations(problem, drawn("AABB"), criteria) == [
        "workload of T1 is 10.00 h/yr, outside [7.20, 8.80]"
    ]


def test_a_total_under_its_band() -> None:
    """The lower limit counts as the upper does; large amounts are readable."""
    problem = grid_problem("11")
    accounts = replace(problem.accounts, activity=np.array([[1_234_567.0], [900_000.0]]))
    problem = with_target(replace(problem, accounts=accounts), (1_234_567.0,), (1_000_000.0,))
    criteria = Criteria({"workload": Band(-0.05, 1.0)})
    assert violations(problem, drawn("AB"), criteria) == [
        "workload of T2 is 900,000.00 h/yr, outside [950,000.00, 2,000,000.00]"
    ]


def test_an_empty_territory_is_under_its_band() -> None:
    """A territory that nobody was given is a broken band, not a missing row."""
    criteria = Criteria({"workload": Band(-0.5, 1.0)})
    assert violations(grid_problem("22"), drawn("AA"), criteria) == [
        "workload of T2 is 0.00 h/yr, outside [1.00, 4.00]"
    ]


def test_a_territory_in_pieces() -> None:
    """Only when contiguity is wished for."""
    problem = grid_problem("11111")
    assert violations(problem, drawn("ABAAA"), Criteria(contiguous=True)) == [
        "territory T1 is in 2 pieces"
    ]
    assert violations(problem, drawn("ABAAA"), NO_WISH) == []


def test_named_units_and_empty_territories_are_not_in_pieces() -> None:
    """A named account may lie anywhere, and nothing is no piece."""
    problem = grid_problem("111", n_territories=3)
    named = np.array([False, False, True])
    problem = replace(
        problem, units=replace(problem.units, named=named), contiguity=np.array([[0, 1]])
    )
    assert violations(problem, drawn("ABA"), Criteria(contiguous=True)) == []


def test_a_budget_that_is_overspent() -> None:
    """A measure without a budget may move as it likes."""
    problem = grid_problem("1234", current="AABB", potential="5555")
    criteria = Criteria(disruption=(Disruption("workload"), Disruption("potential", 0.2)))
    assert violations(problem, drawn("AAAB"), criteria) == [
        "25.000% of potential changes hands, over the budget of 20.000%"
    ]


def test_a_budget_of_nothing() -> None:
    """It allows today's alignment only, and whatever for an account that nobody serves."""
    problem = grid_problem("1111", current="AA.B")
    criteria = Criteria(disruption=(Disruption("workload", 0.0),))
    assert violations(problem, drawn("AABB"), criteria) == []
    assert violations(problem, drawn("AAAB"), criteria) == []
    assert violations(problem, drawn("ABAB"), criteria) == [
        "25.000% of workload changes hands, over the budget of 0.000%"
    ]


def test_the_order_of_a_sum_overspends_no_budget() -> None:
    """0.1 + 0.2 of 1 is within a budget of 0.3."""
    problem = grid_problem("111", current="AAB")
    accounts = replace(problem.accounts, activity=np.array([[0.1], [0.2], [0.7]]))
    problem = replace(problem, accounts=accounts)
    assert disruption(problem, drawn("BBB"))[0] > 0.3
    criteria = Criteria(disruption=(Disruption("workload", 0.3),))
    assert violations(problem, drawn("BBB"), criteria) == []


def test_a_lock_that_is_broken() -> None:
    """A unit locked to T2 that lies in T1."""
    problem = replace(grid_problem("111"), locked=drawn("B..").territory_of)
    assert violations(problem, drawn("AAB"), NO_WISH) == ["unit U0 is locked to T2 and lies in T1"]
    assert violations(problem, drawn("BAA"), NO_WISH) == []


def test_a_forbidden_pair() -> None:
    """The unit may go anywhere else."""
    problem = replace(grid_problem("111", n_territories=3), forbidden=np.array([[0, 0], [0, 2]]))
    assert violations(problem, drawn("ABC"), NO_WISH) == ["unit U0 may not belong to T1"]
    assert violations(problem, drawn("CBA"), NO_WISH) == ["unit U0 may not belong to T3"]
    assert violations(problem, drawn("BAC"), NO_WISH) == []


def test_a_skill_that_is_missing() -> None:
    """All of the skills must be there, in one rep; more do no harm."""
    problem = skilled(grid_problem("111"), ".x.", {"surgery"}, {"surgery", "cold chain", "lab"})
    assert violations(problem, drawn("AAB"), NO_WISH) == [
        "unit U1 requires cold chain, surgery, which T1 does not have"
    ]
    assert violations(problem, drawn("ABA"), NO_WISH) == []


def test_a_group_that_is_split() -> None:
    """One sentence a group, with the number of territories it is split over."""
    problem = grid_problem("111111", n_territories=3)
    problem = replace(problem, group=np.array([NONE, 5, 5, 5, 2, 2]))
    assert violations(problem, drawn("AABCBB"), NO_WISH) == [
        "the group of unit U1 is split over 3 territories"
    ]
    assert violations(problem, drawn("ABBBCC"), NO_WISH) == []


def test_a_unit_too_far() -> None:
    """Farther from its territory's home than the limit; a farther one of another is fine."""
    problem = grid_problem("1111", homes="A..B")
    assert violations(problem, drawn("AABB"), Criteria(max_distance_km=1.5)) == []
    assert violations(problem, drawn("AAAB"), Criteria(max_distance_km=1.5)) == [
        "unit U2 lies 2.00 km from the center of T1, over 1.50 km"
    ]


def test_a_locked_unit_may_be_too_far() -> None:
    """A lock is a decision somebody took, knowing the distance."""
    problem = replace(grid_problem("1111", homes="A..B"), locked=drawn("..A.").territory_of)
    assert violations(problem, drawn("AAAB"), Criteria(max_distance_km=1.5)) == []


def test_distance_is_limited_from_free_centers_too() -> None:
    """A territory without a home is measured from the median of its units."""
    problem = without_home(grid_problem("119", homes="A.B"), 1)
    criteria = Criteria(max_distance_km=0.5)
    assert violations(problem, drawn("ABB"), criteria) == [
        "unit U1 lies 1.00 km from the center of T2, over 0.50 km"
    ]


@pytest.mark.parametrize(
    "criteria",
    [
        Criteria({"revenue": Band()}),
        Criteria(disruption=(Disruption("revenue", 0.5),)),
        Criteria(compactness_measure="revenue", centers="free", max_distance_km=1.0),
    ],
)
def test_a_wish_about_an_unknown_measure(criteria: Criteria) -> None:
    """It is an error, not a wish that holds."""
    with pytest.raises(KeyError, match="no measure is called 'revenue'"):
        violations(grid_problem("11"), drawn("AB"), criteria)


def test_a_territory_that_loses_too_much() -> None:
    """The limit speaks of each territory alone, and names it."""
    problem = grid_problem("1234", current="AAAB")
    criteria = Criteria(disruption=(Disruption("workload", per_territory=0.4),))
    assert violations(problem, drawn("AABB"), criteria) == [
        "T1 loses 50.000% of its workload, over the 40.000% that any territory may lose"
    ]
    assert violations(problem, drawn("AAAB"), criteria) == []
