"""What a plan was asked and is proved to be, for a reader who knows no optimization."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from territory_planner.domain.criteria import Band, Compactness, Criteria
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.evaluation.balance import mere_counts
from territory_planner.evaluation.disruption import moved_accounts
from territory_planner.evaluation.proof import at_most_percent, proof
from territory_planner.reporting.numbers import percent, quantity

COMPACT: dict[Compactness, str] = {
    "distance": "the distance of each unit to {end}, weighted by {weigher},",
    "inertia": "the squared distance of each unit to {end}, weighted by {weigher},",
    "largest_distance": "the distance of the farthest unit to {end}",
    "diameter": "the largest distance between two units of one territory",
    "cut_edges": "the number of borders between units of two territories",
}
OBJECTIVE: dict[Compactness, str] = {
    "distance": "the mean distance to the rep, weighted by {weigher}",
    "inertia": "the mean squared distance to the center, weighted by {weigher}",
    "largest_distance": "the distance of the farthest unit to its center",
    "diameter": "the largest distance between two units of one territory",
    "cut_edges": "the number of borders between units of two territories",
}


def size_in_words(problem: Problem) -> str:
    """Return how many accounts, units and territories there are."""
    accounts, units = f"{problem.n_accounts:,} accounts", f"{problem.n_units:,} units"
    return f"{accounts} in {units}, {problem.n_territories:,} territories"


@dataclass(frozen=True)
class Verdict:
    """How good a plan is proven to be.

    Parameters
    ----------
    headline
        One sentence, "This plan is proven to be within 1.2% of the best possible."
    details
        Sentences with the numbers behind it, and why the search ended.
    """

    headline: str
    details: tuple[str, ...]


def verdict(plan: Plan) -> Verdict:
    """Return how good the plan is proven to be, in words."""
    told = proof(plan)
    value = f"Its objective is {told.objective}: {_objective(plan)}."
    limit = "No bound was proven for it."
    if told.bound:
        which = "moves no more" if plan.stages else "keeps the criteria below"
        limit = f"No plan that {which} can have less than {told.bound}."
    return Verdict(told.sentence, (*told.stages, value, limit, _stopped(plan)))


def criteria_in_words(problem: Problem, criteria: Criteria) -> list[str]:
    """Return one sentence for each wish that the plan keeps."""
    found = []
    for m, is_count in zip(problem.measures, mere_counts(problem), strict=True):
        name = m.name if m.name == m.unit else f"{m.name} ({m.unit})"
        if m.name in criteria.bands:
            found.append(f"{name}: every territory {band_in_words(criteria.bands[m.name])}.")
        elif not is_count:
            found.append(f"{name} is counted, not balanced.")
    weigher = criteria.compactness_measure or problem.measures[0].name
    end = {"home": "its rep's home", "unit": "the central unit of its territory"}.get(
        criteria.centers, "the middle of its territory"
    )
    for kind in criteria.compactness:
        what = COMPACT[kind].format(end=end, weigher=weigher)
        found.append(f"Compact: {what} is small.")
    if criteria.contiguous:
        found.append("Contiguous: every territory is one piece, named accounts aside.")
        if criteria.short_borders:
            share = percent(criteria.short_borders, _decimals(criteria.short_borders))
            found.append(f"Short borders may cost up to about {share} of the distance.")
    if criteria.max_distance_km is not None:
        limit = quantity(criteria.max_distance_km)
        found.append(f"No unit lies more than {limit} km from its rep.")
    if criteria.n_territories is not None:
        least, most = criteria.n_territories
        found.append(f"Between {least:,} and {most:,} territories, as many as serve best.")
    if criteria.territory_cost:
        cost = quantity(criteria.territory_cost, 1)
        found.append(f"Each territory costs as much as {cost} km of distance.")
    if criteria.order == "lexicographic":
        first = ", then ".join(wish.measure for wish in criteria.disruption)
        found.append(f"As little of {first} as possible changes hands; compactness comes after.")
    for wish in criteria.disruption:
        parts = []
        if wish.budget is not None:
            budget = percent(wish.budget, _decimals(wish.budget))
            parts.append(f"at most {budget} of {wish.measure} changes hands")
        if wish.per_territory is not None:
            share = percent(wish.per_territory, _decimals(wish.per_territory))
            parts.append(f"no territory loses more than {share} of its {wish.measure}")
        if wish.cost:
            cost = quantity(wish.cost, 1)
            parts.append(f"moving all {wish.measure} would cost as much as {cost} km of distance")
        if parts:
            sentence = "; ".join(parts)
            found.append(f"{sentence[0].upper()}{sentence[1:]}.")
    return found + _rules(problem)


def band_in_words(band: Band) -> str:
    """Return how far a total may be from its target: "within ±10% of target"."""
    below, above = (percent(abs(x), _decimals(x)) for x in (band.lower, band.upper))
    if band.lower == -band.upper:
        return f"within ±{above} of target"
    if band.lower <= -1 and math.isinf(band.upper):
        return "anywhere"
    if math.isinf(band.upper):
        return f"no more than {below} below target"
    if band.lower <= -1:
        return f"no more than {above} above target"
    return f"between −{below} and +{above} of target"


def changes_in_words(plan: Plan) -> str:
    """Return how many accounts get another rep, and how many get one at last."""
    problem = plan.problem
    moved = int(moved_accounts(problem, plan.alignment).sum())
    fresh = int((problem.accounts.current == NONE).sum())
    if fresh == problem.n_accounts:
        return "No account has a territory today, so none changes hands."
    share = percent(moved / problem.n_accounts)
    text = f"{_counted(moved, 'account')} of {quantity(problem.n_accounts)} ({share}) "
    text += "changes hands." if moved == 1 else "change hands."
    if fresh:
        text += f" {_counted(fresh, 'more')} that nobody serves today "
        text += "gets a territory." if fresh == 1 else "get a territory."
    return text


def _objective(plan: Plan) -> str:
    criteria = plan.criteria
    weigher = criteria.compactness_measure or plan.problem.measures[0].name
    terms = [OBJECTIVE[kind].format(weigher=weigher) for kind in criteria.compactness]
    is_weighted = {"distance", "inertia"} & set(criteria.compactness)
    empty = not plan.problem.activity[:, plan.problem.measure_index(weigher)].all()
    if is_weighted and empty and criteria.empty_unit_share:
        terms[-1] += ", areas without any counting a little"
    extras = []
    if any(d.cost for d in criteria.disruption):
        extras.append("the price of what changes hands")
    if criteria.territory_cost:
        extras.append("what each territory costs")
    if any(b.weight for b in criteria.bands.values()):
        extras.append("the price of being off target inside the band")
    return ", plus ".join(terms + extras) or "nothing is asked to be small"


def _stopped(plan: Plan) -> str:
    took = f"{quantity(plan.seconds, 1)} s"
    if plan.stopped == "gap reached":
        wanted = at_most_percent(plan.options.relative_gap)
        return f"The search ended after {took}: it had come within the {wanted} asked for."
    if plan.stopped == "stopped":
        return f"The search was stopped after {took}; this is the best plan it had found by then."
    if plan.stopped == "time limit":
        return (
            f"The search ended at its time limit of {quantity(plan.options.time_limit_s)} s; "
            "more time may bring a better plan, or a better proof."
        )
    return f"The search took all its steps, in {took}."


def _decimals(share: float) -> int:
    if math.isinf(share):
        return 0
    return 0 if round(float(share) * 100, 6).is_integer() else 1


def _rules(problem: Problem) -> list[str]:
    """Return the facts that bind a plan: locks, forbidden pairs, groups and skills."""
    locked = int((problem.locked != NONE).sum())
    groups = len(np.unique(problem.group[problem.group != NONE]))
    skilled = int((problem.skill_class[problem.accounts.unit] != 0).sum())
    found = []
    if locked:
        found.append(f"{_counted(locked, 'unit')} locked to a territory.")
    if len(problem.forbidden):
        found.append(f"{_counted(len(problem.forbidden), 'forbidden pair')} of unit and territory.")
    if groups:
        found.append(f"{_counted(groups, 'group')} kept together in one territory.")
    if skilled:
        found.append(
            f"{_counted(skilled, 'account')} served only by reps with the skills asked for."
        )
    return found


def _counted(n: int, noun: str) -> str:
    plural = "" if n == 1 or noun == "more" else "s"
    return f"{quantity(n)} {noun}{plural}"
