"""Why no plan exists: the smallest set of clashing criteria, and the smallest change that does.

The set is shrunk by deletion: a criterion whose removal leaves the rest impossible is not part of
the clash. Impossible means proven so, by presolve, the relaxation, or the exact model when small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from territory_planner.domain.arrays import FloatArray
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions
from territory_planner.domain.problem import NONE, Problem
from territory_planner.errors import Conflict
from territory_planner.solving.budgets import budgets
from territory_planner.solving.dual import EXCESS, climb
from territory_planner.solving.exact import EXACT_CANDIDATES, exact
from territory_planner.solving.improve import Outcome
from territory_planner.solving.model import Model, build_model
from territory_planner.solving.presolve import amount, conflicts, stranded
from territory_planner.solving.progress import Search
from territory_planner.solving.relax import least_excess, relax

SECONDS = 40.0
SECONDS_LEAST = 5.0
WIDEST = 256.0
BISECTIONS = 8
PROGRAM_CANDIDATES = 500_000
"""Candidates up to which a linear program decides what the dual left open."""

Case = tuple[Problem, Criteria]


@dataclass(frozen=True)
class _Wish:
    """One criterion: its words, and how to leave it out."""

    words: str
    without: Callable[[Problem, Criteria], Case]


def explained(
    problem: Problem, criteria: Criteria, center: FloatArray, solved: Search
) -> list[Conflict]:
    """Return the smallest set found of criteria that clash, with the smallest change that would do.

    Parameters
    ----------
    center
        ``(n_territories, 2)`` the centers for which no plan exists.
    solved
        The search that proved it: the time it left, and some seconds at the least.
    """
    wishes = _wishes(problem, criteria)
    seconds = min(SECONDS, max(solved.seconds_left(), SECONDS_LEAST))
    search = Search(SolveOptions(time_limit_s=seconds))
    case, clash = (problem, criteria), []
    for wish in wishes:
        loosened = wish.without(*case)
        if not search.is_over() and _is_impossible(*loosened, center, search):
            case = loosened
        else:
            clash.append(wish)
    return [Conflict(tuple(w.words for w in clash), _change(*case, center, search))]


def _wishes(problem: Problem, criteria: Criteria) -> list[_Wish]:
    """Return every criterion that is in force, the ones people give up last first."""
    found = []
    if criteria.contiguous:
        found.append(
            _Wish("every territory is one piece", lambda p, c: (p, replace(c, contiguous=False)))
        )
    if (problem.group != NONE).any():
        count = len(np.unique(problem.group[problem.group != NONE]))
        free = np.full(problem.n_units, NONE)
        found.append(
            _Wish(
                f"{count} {'group is' if count == 1 else 'groups are'} kept together",
                lambda p, c: (replace(p, group=free), c),
            )
        )
    if problem.skill_class.any():
        count, none = int((problem.skill_class != 0).sum()), np.zeros(problem.n_units, dtype=int)
        found.append(
            _Wish(
                f"{count} {'unit requires' if count == 1 else 'units require'} skills",
                lambda p, c: (replace(p, skill_class=none), c),
            )
        )
    if len(problem.forbidden):
        nothing = np.empty((0, 2), dtype=np.int32)
        found.append(
            _Wish(
                f"{len(problem.forbidden)} forbidden pairs",
                lambda p, c: (replace(p, forbidden=nothing), c),
            )
        )
    found += _locks(problem)
    if criteria.max_distance_km is not None:
        found.append(
            _Wish(
                f"no unit farther than {criteria.max_distance_km:,.0f} km from its center",
                lambda p, c: (p, replace(c, max_distance_km=None)),
            )
        )
    for entry in criteria.disruption:
        if entry.budget is not None:
            found.append(
                _Wish(
                    f"at most {entry.budget:.1%} of {entry.measure} changes hands",
                    partial(_without_budget, measure=entry.measure),
                )
            )
        if entry.per_territory is not None:
            found.append(
                _Wish(
                    f"no territory loses more than {entry.per_territory:.1%} of the "
                    f"{entry.measure} it holds today",
                    partial(_without_loss, measure=entry.measure),
                )
            )
    for name, band in criteria.bands.items():
        found.append(
            _Wish(
                f"{name} of every territory within {band.lower:+.1%} and {band.upper:+.1%} of "
                "target",
                partial(_without_band, name=name),
            )
        )
    return found


def _locks(problem: Problem) -> list[_Wish]:
    """Return one wish per territory that has locks, with what they carry."""
    found = []
    for k in np.unique(problem.locked[problem.locked != NONE]).tolist():
        mine = problem.locked == k
        load = problem.activity[mine].sum(axis=0)
        carried = ", ".join(amount(problem, q, load[q]) for q in range(problem.n_measures))
        count = int(mine.sum())
        found.append(
            _Wish(
                f"{count} {'unit' if count == 1 else 'units'} locked to "
                f"{problem.territories[k].id} {'carries' if count == 1 else 'carry'} {carried}",
                partial(_without_locks, k=k),
            )
        )
    return found


def _without_locks(problem: Problem, criteria: Criteria, k: int) -> Case:
    locked = np.where(problem.locked == k, NONE, problem.locked)
    return replace(problem, locked=locked), criteria


def _without_band(problem: Problem, criteria: Criteria, name: str) -> Case:
    bands = {n: band for n, band in criteria.bands.items() if n != name}
    return problem, replace(criteria, bands=bands)


def _without_budget(problem: Problem, criteria: Criteria, measure: str) -> Case:
    return problem, _loosened(criteria, measure, lambda entry: replace(entry, budget=None))


def _without_loss(problem: Problem, criteria: Criteria, measure: str) -> Case:
    return problem, _loosened(criteria, measure, lambda entry: replace(entry, per_territory=None))


def _loosened(
    criteria: Criteria, measure: str, loosen: Callable[[Disruption], Disruption]
) -> Criteria:
    entries = (loosen(d) if d.measure == measure else d for d in criteria.disruption)
    return replace(criteria, disruption=tuple(entries))


def _is_impossible(
    problem: Problem, criteria: Criteria, center: FloatArray, search: Search
) -> bool:
    """Return whether it is proven that no alignment holds the criteria."""
    if conflicts(problem, criteria):
        return True
    model = build_model(problem, criteria, center)
    if stranded(problem, criteria, model):
        return True
    if climb(model, search.silent()).excess > EXCESS:
        return True
    if len(model.cost) > PROGRAM_CANDIDATES:
        return False
    least = least_excess(model, search)
    if least is not None and least.excess > EXCESS:
        return True
    if len(model.cost) > EXACT_CANDIDATES or model.elsewhere is not None:
        return False
    nothing = Outcome(np.full(model.n_atoms, NONE, dtype=np.int32), np.inf)
    free = replace(model, cost=np.zeros_like(model.cost), slope=np.zeros_like(model.slope))
    return exact(free, nothing, search).is_infeasible


def _change(problem: Problem, criteria: Criteria, center: FloatArray, search: Search) -> str:
    """Return the smallest change found that would make a minimal clash possible, as a sentence."""
    plain = conflicts(problem, criteria)
    if plain:
        return plain[0].remedy
    model = build_model(problem, criteria, center)
    lost = stranded(problem, criteria, model)
    if lost:
        return lost[0].remedy
    rows = budgets(problem, criteria)
    for d, row in enumerate(rows):
        if row.territory != NONE:
            break
        entry = criteria.disruption[row.entry]
        needed = _least_moved(model, d, search)
        if needed > (entry.budget or 0.0):
            return (
                f"Raise the budget of {entry.measure} from {entry.budget:.2%} to "
                f"{np.ceil(needed * 1e4) / 1e4:.2%} at least: no plan that holds the rest moves "
                "less, and whole units may ask for more."
            )
    program = least_excess(model, search)
    if program is None or program.excess <= EXCESS:
        return _widened(problem, criteria, center, search)
    if program.over_budget.max(initial=0.0) > max(program.short.max(), program.over.max()):
        row = rows[int(np.argmax(program.over_budget))]
        share = np.ceil((row.limit + program.over_budget.max()) * 1e4) / 1e4
        measure = criteria.disruption[row.entry].measure
        if row.territory == NONE:
            return f"At least this must change: let {share:.2%} of {measure} change hands."
        loser = problem.territories[row.territory].id
        return f"At least this must change: let {loser} lose {share:.2%} of its {measure}."
    names = list(criteria.bands)
    k, b = np.unravel_index(np.argmax(program.short + program.over), program.short.shape)
    q = problem.measure_index(names[b])
    deviation = (
        criteria.bands[names[b]].upper + program.over[k, b]
        if program.over[k, b] > program.short[k, b]
        else criteria.bands[names[b]].lower - program.short[k, b]
    )
    value = problem.target[k, q] * (1 + deviation)
    others = int(((program.short + program.over) > EXCESS).sum()) - 1
    also = f", and {others} more limits likewise" if others > 0 else ""
    return (
        f"At least this must change: let {names[b]} of {problem.territories[k].id} be "
        f"{amount(problem, q, value)} ({deviation:+.1%} of target){also}."
    )


def _widened(problem: Problem, criteria: Criteria, center: FloatArray, search: Search) -> str:
    """Return how far the bands must widen at least, all alike; whole units fit no sooner."""
    if not criteria.bands:
        return "Leave one of them out: each alone makes the others possible or undecided."

    def wider(factor: float) -> Criteria:
        bands = {
            name: Band(max(band.lower * factor, -1.0), band.upper * factor, band.weight)
            for name, band in criteria.bands.items()
        }
        return replace(criteria, bands=bands)

    short, enough = 1.0, None
    while short < WIDEST and not search.is_over():
        if not _is_impossible(problem, wider(2 * short), center, search):
            enough = 2 * short
            break
        short *= 2
    if enough is None:
        return "Leave one of them out: wider bands alone were not found to do."
    for _ in range(BISECTIONS):
        middle = (short + enough) / 2
        if not search.is_over() and _is_impossible(problem, wider(middle), center, search):
            short = middle
        else:
            enough = middle
    told = ", ".join(
        f"{name} to {band.lower:+.1%} and {band.upper:+.1%}"
        for name, band in wider(enough).bands.items()
    )
    return f"Widen all bands alike, {told} of target at least."


def _least_moved(model: Model, d: int, search: Search) -> float:
    """Return a lower bound on the share of one budget's measure that must change hands."""
    if model.elsewhere is not None:
        return 0.0
    counted = replace(
        model,
        cost=model.moved[:, d].copy(),
        slope=np.zeros_like(model.slope),
        moved=np.delete(model.moved, d, axis=1),
        budget=np.delete(model.budget, d),
    )
    options = replace(search.options, time_limit_s=max(search.seconds_left() / 2, 1.0))
    return relax(counted, Search(options))[1].bound
