"""A plan's scorecard and a comparison, as text for a terminal and as values for a script."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import Problem
from territory_planner.evaluation.proof import proof
from territory_planner.evaluation.rounding import half_up
from territory_planner.evaluation.scorecard import Scorecard, evaluate
from territory_planner.scenarios.compare import Comparison, aligned, compare

SHOWN_TERRITORIES = 5


def plan_text(plan: Plan, title: str) -> str:
    """Return what a planner wants to know first: before and after, the worst, how good it is."""
    card = evaluate(plan.problem, plan.alignment, plan.criteria)
    return "\n\n".join(
        [
            f"{title}\n{size_text(plan.problem)}",
            str(compare([plan])),
            f"Farthest from target\n{_farthest(plan.problem, card)}",
            proof_text(plan),
        ]
    )


def size_text(problem: Problem) -> str:
    """Return how large a problem is, in a line."""
    vacant = sum(t.is_vacant for t in problem.territories)
    units = "" if problem.n_units == problem.n_accounts else f" in {problem.n_units:,} units"
    return (
        f"{problem.n_accounts:,} accounts{units}, {problem.n_territories:,} territories"
        f"{f', {vacant} of them vacant' if vacant else ''}"
    )


def proof_text(plan: Plan) -> str:
    """Return how good the plan is proven to be, and why the search ended."""
    ended = {
        "gap reached": "the gap that was asked for was reached",
        "time limit": "time was up",
        "search finished": "it took all its steps",
        "stopped": "it was stopped, and this is the best plan it had found by then",
    }[plan.stopped]
    told = proof(plan)
    limit = f", and none can be below {told.bound}" if told.bound else ""
    proven = f"{told.sentence} Its objective is {told.objective}{limit}."
    proven = "\n".join([*told.stages, proven])
    return f"{proven}\nThe search ended after {plan.seconds:,.0f} s: {ended}."


def plan_values(plan: Plan) -> dict[str, Any]:
    """Return a plan's proof and scorecard as JSON values."""
    problem = plan.problem
    card = evaluate(problem, plan.alignment, plan.criteria)
    return {
        "fingerprint": plan.fingerprint,
        "status": plan.status,
        "objective_km": plain(plan.objective),
        "bound_km": plain(plan.bound),
        "gap": plain(plan.gap),
        "stages": [
            {"measure": stage.measure, "moved": stage.moved, "bound": stage.bound}
            for stage in plan.stages
        ],
        "stopped": plan.stopped,
        "seconds": round(plan.seconds, 3),
        "accounts": problem.n_accounts,
        "units": problem.n_units,
        "share_inside": card.share_inside,
        "comparison": comparison_values(compare([plan])),
        "territories": [_territory_values(problem, card, k) for k in range(problem.n_territories)],
    }


def comparison_values(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON values: each metric with one value a side."""
    return {
        "sides": list(comparison.names),
        "metrics": [
            {
                "name": metric.name,
                "unit": metric.unit,
                "better": metric.better,
                "values": [plain(value) for value in metric.values],
            }
            for metric in comparison.metrics
        ],
    }


def plain(value: float | None) -> float | None:
    """Return a number that JSON can hold: None for what is not finite."""
    return None if value is None or not math.isfinite(value) else float(value)


def _territory_values(problem: Problem, card: Scorecard, k: int) -> dict[str, Any]:
    territory = problem.territories[k]
    return {
        "id": territory.id,
        "name": territory.name,
        "rep": territory.rep,
        "accounts": int(card.accounts[k]),
        "measures": {
            name: {
                "unit": card.measure_units[q],
                "total": float(card.total[k, q]),
                "target": float(card.target[k, q]),
                "deviation": plain(card.deviation[k, q]),
                "inside": bool(card.inside[k, q]),
            }
            for q, name in enumerate(card.measure_names)
        },
        "weighted_distance_km": plain(card.weighted_distance_km[k]),
        "largest_distance_km": plain(card.largest_distance_km[k]),
        "pieces": None if card.pieces is None else int(card.pieces[k]),
    }


def _farthest(problem: Problem, card: Scorecard) -> str:
    """Return the territories that are farthest from target in any measure that has a band."""
    shown = np.flatnonzero(card.banded) if card.banded.any() else np.arange(problem.n_measures)
    worst = np.abs(card.deviation[:, shown]).max(axis=1, initial=0)
    order = np.argsort(-worst, kind="stable")[:SHOWN_TERRITORIES]
    heads = [f"{card.measure_names[q]} [{card.measure_units[q]}]" for q in shown]
    rows = [["territory", *heads, "accounts", "mean distance"]]
    rows += [_row(problem, card, int(k), shown) for k in order]
    return "\n".join(aligned(rows))


def _row(problem: Problem, card: Scorecard, k: int, shown: NDArray[np.intp]) -> list[str]:
    territory = problem.territories[k]
    told = [f"{_rounded(card.total[k, q])} ({_deviation(card.deviation[k, q])})" for q in shown]
    distance = f"{_rounded(card.weighted_distance_km[k], 1)} km"
    return [f"{territory.id} {territory.name}", *told, f"{card.accounts[k]:,}", distance]


def _rounded(value: float, decimals: int = 0) -> str:
    return f"{half_up(value, decimals):,}" if math.isfinite(value) else "–"


def _deviation(share: float) -> str:
    return f"{half_up(share * 100, 1):+,}%" if math.isfinite(share) else "–"
