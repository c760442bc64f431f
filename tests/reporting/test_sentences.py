"""What a plan is, in words."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions, Stage
from territory_planner.domain.territory import Measure
from territory_planner.reporting.sentences import (
    band_in_words,
    changes_in_words,
    criteria_in_words,
    verdict,
)
from tests.reporting.plans import planned, small_plan
from tests.worlds import grid_problem


@pytest.mark.parametrize(
    ("objective", "bound", "headline"),
    [
        (100.0, 98.8, "This plan is proven to be within 1.20% of the best possible."),
        (100.0, 98.79, "This plan is proven to be within 1.21% of the best possible."),
        (100.0, 99.995, "This plan is proven to be within 0.01% of the best possible."),
        (100.0, 100.0, "This plan is proven to be the best possible."),
        (100.0, 0.0, "How far this plan is from the best possible one is not known."),
        (0.0, 0.0, "This plan is proven to be the best possible."),
    ],
)
def test_verdict_headline(objective: float, bound: float, headline: str) -> None:
    """The gap is told as a sentence that stays true after rounding."""
    plan = replace(small_plan(), objective=objective, bound=bound)
    assert verdict(plan).headline == headline


def test_verdict_bound_down() -> None:
    """The number no plan can go below is rounded down."""
    plan = replace(small_plan(), objective=200.0, bound=123.969)
    assert "less than 123.96 km" in verdict(plan).details[1]


def test_verdict_stages() -> None:
    """What came before compactness is told with its own bound; the proof says of which plans."""
    plan = replace(small_plan(), objective=200.0, bound=190.0)
    told = verdict(replace(plan, stages=(Stage("potential", 0.03214, 0.03196),)))
    assert told.details[0] == (
        "3.22% of potential changes hands; no plan inside the bands moves less than 3.19%."
    )
    assert told.headline.endswith("of the best possible, of those that move no more.")
    assert "No plan that moves no more" in told.details[2]


def test_verdict_stopped() -> None:
    """A reader learns why the search ended."""
    plan = replace(small_plan(), stopped="time limit", options=SolveOptions(time_limit_s=60))
    assert "time limit of 60 s" in verdict(plan).details[-1]
    assert "the 0.01% asked for" in verdict(replace(plan, stopped="gap reached")).details[-1]
    assert (
        "took all its steps, in 1.5 s"
        in verdict(replace(plan, stopped="search finished")).details[-1]
    )


def test_criteria_in_words_counts() -> None:
    """A mere count of accounts is told when it has a band, and its unit is not told twice."""
    problem = replace(grid_problem("1111"), measures=(Measure("accounts", "accounts"),))
    assert not any("counted" in s for s in criteria_in_words(problem, Criteria()))
    told = criteria_in_words(problem, Criteria(bands={"accounts": Band.within(0.1)}))
    assert "accounts: every territory within ±10% of target." in told


def test_criteria_in_words_order_and_number() -> None:
    """What comes first, and how many territories there may be, is told."""
    problem = grid_problem("1111")
    criteria = Criteria(
        disruption=(Disruption("workload"),),
        order="lexicographic",
        n_territories=(2, 4),
        territory_cost=1.5,
    )
    told = criteria_in_words(problem, criteria)
    assert "Between 2 and 4 territories, as many as serve best." in told
    assert "Each territory costs as much as 1.5 km of distance." in told
    assert "As little of workload as possible changes hands; compactness comes after." in told


def test_criteria_in_words() -> None:
    """Every wish has its sentence, with its number."""
    problem = grid_problem("1111", n_territories=2, potential="1112")
    problem = replace(problem, locked=np.array([0, -1, -1, -1]), group=np.array([0, 0, -1, -1]))
    criteria = Criteria(
        bands={"workload": Band(-0.1, 0.15)},
        compactness_measure="potential",
        contiguous=True,
        disruption=(Disruption("potential", budget=0.35, cost=12.5),),
        max_distance_km=800,
    )
    assert criteria_in_words(problem, criteria) == [
        "workload (h/yr): every territory between −10% and +15% of target.",
        "potential (USD/yr) is counted, not balanced.",
        "Compact: the distance of each unit to its rep's home, weighted by potential, is small.",
        "Contiguous: every territory is one piece, named accounts aside.",
        "Short borders may cost up to about 1% of the distance.",
        "No unit lies more than 800 km from its rep.",
        "At most 35% of potential changes hands; "
        "moving all potential would cost as much as 12.5 km of distance.",
        "1 unit locked to a territory.",
        "1 group kept together in one territory.",
    ]


@pytest.mark.parametrize(
    ("band", "words"),
    [
        (Band.within(0.125), "within ±12.5% of target"),
        (Band(-1, 0.2), "no more than 20% above target"),
        (Band(-0.1, math.inf), "no more than 10% below target"),
        (Band(-1, math.inf), "anywhere"),
    ],
)
def test_band_in_words(band: Band, words: str) -> None:
    """A band is told by the limits it has."""
    assert band_in_words(band) == words


def test_changes_in_words() -> None:
    """Moved accounts are told apart from those that nobody served."""
    assert changes_in_words(small_plan()) == (
        "12 accounts of 24 (50.0%) change hands. 1 more that nobody serves today gets a territory."
    )
    fresh = planned(grid_problem("1111", n_territories=2), "AABB")
    assert changes_in_words(fresh) == "No account has a territory today, so none changes hands."
