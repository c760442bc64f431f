"""`stress`: will a plan last? Leavers, demand that moves, accounts that are lost, drawn many times.

In a draw every account's activity is multiplied by noise of mean 1, lost accounts have none, and
the accounts of a territory whose rep leaves are served from the nearest center that may have them.
Accounts of one segment share a factor beside their own. Targets are those of the reps who are left,
by their shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.arrays import BoolArray, FloatArray, IntArray
from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE
from territory_planner.domain.territory import fair_targets
from territory_planner.evaluation.compactness import centers
from territory_planner.scenarios.edit import EditError, kept_column

WEAKEST = 5
SLACK = 1e-9
SEGMENT_DEMAND = 0.1
"""Of a segment, where only its column is given."""


@dataclass(frozen=True)
class Shock:
    """What is drawn.

    Parameters
    ----------
    leavers
        How many reps leave in each draw.
    manager
        Whose team they are of; "" for any.
    demand
        Standard deviation of each account's activity, as a share of it.
    segment, segment_demand
        The accounts' column whose values share a factor, and its standard deviation.
    losses
        Chance of each account to be lost.
    """

    leavers: int = 0
    manager: str = ""
    demand: float = 0.0
    segment: str = ""
    segment_demand: float = 0.0
    losses: float = 0.0


@dataclass(frozen=True, eq=False)
class Stress:
    """What many draws do to a plan.

    Parameters
    ----------
    draws
        How many there were.
    inside
        ``(n_territories,)`` the share of draws in which each territory was in all its bands, of
        those in which its rep stayed; NaN where its rep never did.
    out
        ``(n_draws,)`` how many of the territories whose rep stayed were out of a band.
    repair
        ``(n_draws, n_banded)`` the share of each banded measure's total that is beyond a band or
        missing from one: what must at least change hands.
    shock
        What was drawn.
    """

    draws: int
    inside: FloatArray
    out: IntArray
    repair: FloatArray
    shock: Shock = Shock()

    @property
    def expected_out(self) -> float:
        """The mean number of territories out of a band."""
        return float(self.out.mean())

    @property
    def weakest(self) -> IntArray:
        """The territories that are least often in their bands, the weakest first."""
        order = np.argsort(self.inside, kind="stable")[:WEAKEST]
        result: IntArray = order[~np.isnan(self.inside[order])]
        return result


def stress(
    plan: Plan,
    leavers: int | None = 0,
    demand: float = 0.0,
    losses: float = 0.0,
    draws: int = 500,
    seed: int = 1,
    *,
    manager: str = "",
    segment: str = "",
    segment_demand: float | None = None,
) -> Stress:
    """Return what leavers, noise and losses do to a plan.

    Parameters
    ----------
    leavers
        How many reps leave in each draw, any of those there are; None is all of a manager's.
    demand
        Standard deviation of each account's activity, as a share of it: lognormal, one factor for
        all measures.
    losses
        Chance of each account to be lost.
    manager
        Only reps of this manager leave.
    segment, segment_demand
        A column of the accounts that the plan keeps, such as industry, and the standard deviation
        of the factor that all accounts with one value of it have in common: None is 0.1.

    Raises
    ------
    ValueError
        When somebody has to stay: more leavers than reps less one; when a manager or a column is
        not there; or a number is out of range.
    """
    problem, of = plan.problem, plan.alignment.of_accounts(plan.problem)
    k, n = problem.n_territories, problem.n_accounts
    reps = _reps(plan, manager)
    if leavers is None:
        leavers = len(reps) if manager else 0
    if not 0 <= leavers < max(_n_reps(plan), 1):
        raise ValueError(f"leavers is {leavers}, of {_n_reps(plan)} reps: one has to stay")
    if leavers > len(reps):
        raise ValueError(f"leavers is {leavers}, and the team of '{manager}' has {len(reps)}")
    try:
        code = kept_column(problem, segment).code if segment else None
    except EditError as error:
        raise ValueError(str(error).rstrip(".")) from error
    if segment_demand is None:
        segment_demand = SEGMENT_DEMAND if segment else 0.0
    if segment_demand and not segment:
        raise ValueError("a segment's demand is given without a segment: name its column as well")
    wanted = (
        (0 <= demand < np.inf, f"demand is {demand:g}: give 0 or more, 0.2 for 20%"),
        (
            0 <= segment_demand < np.inf,
            f"the segment's demand is {segment_demand:g}: give 0 or more, 0.1 for 10%",
        ),
        (0 <= losses < 1, f"losses is {losses:g}: give a share from 0 to below 1"),
        (draws >= 1, f"draws is {draws}: give 1 or more"),
    )
    if told := [what for holds, what in wanted if not holds]:
        raise ValueError("; ".join(told))
    if not plan.criteria.bands:
        raise ValueError("no measure has a band, so that nothing can leave one")
    rng = np.random.default_rng(seed)
    bands = list(plan.criteria.bands.values())
    measures = [problem.measure_index(name) for name in plan.criteria.bands]
    named = [problem.measures[q] for q in measures]
    activity = problem.accounts.activity[:, measures]
    share = np.array([t.share for t in problem.territories])
    heirs = _heirs(plan, leavers) if leavers else np.empty((n, 0), dtype=np.int64)
    sigma, common = (np.sqrt(np.log1p(share**2)) for share in (demand, segment_demand))
    stayed, inside = np.zeros(k), np.zeros(k)
    out, repair = np.zeros(draws, dtype=np.int64), np.zeros((draws, len(bands)))
    for d in range(draws):
        factor = np.exp(sigma * rng.standard_normal(n) - 0.5 * sigma**2)
        factor[rng.random(n) < losses] = 0.0
        if code is not None:
            drawn = rng.standard_normal(int(code.max(initial=0)) + 1)
            factor *= np.exp(common * drawn - 0.5 * common**2)[code]
        gone = np.zeros(k, dtype=np.bool_)
        gone[rng.choice(reps, leavers, replace=False)] = True
        now = _inherited(of, heirs, gone)
        load = factor[:, None] * activity
        total = np.column_stack([np.bincount(now, load[:, b], k) for b in range(len(bands))])
        target = fair_targets(named, np.where(gone, 0.0, share), load.sum(axis=0))
        limits = [band.limits(target[:, b]) for b, band in enumerate(bands)]
        low, high = (np.column_stack(side) for side in zip(*limits, strict=True))
        beyond, missing = np.maximum(total - high, 0.0), np.maximum(low - total, 0.0)
        beyond[gone] = missing[gone] = 0.0
        is_in = ((beyond + missing) <= SLACK * np.maximum(target, 1e-300)).all(axis=1)
        stayed += ~gone
        inside += is_in & ~gone
        out[d] = (~is_in & ~gone).sum()
        must = np.maximum(beyond.sum(axis=0), missing.sum(axis=0))
        repair[d] = must / np.maximum(load.sum(axis=0), 1e-300)
    chance = np.where(stayed > 0, inside / np.maximum(stayed, 1), np.nan)
    team = problem.territories[reps[0]].manager or "" if manager else ""
    shock = Shock(leavers, team, demand, segment, segment_demand, losses)
    return Stress(draws, chance, out, repair, shock)


def _n_reps(plan: Plan) -> int:
    return sum(not t.is_vacant for t in plan.problem.territories)


def _reps(plan: Plan, manager: str) -> IntArray:
    """Return the territories that have a rep, or a rep of this manager, by index."""
    held = [(k, t) for k, t in enumerate(plan.problem.territories) if not t.is_vacant]
    small = manager.casefold()
    team = [k for k, t in held if not manager or (t.manager or "").casefold() == small]
    if manager and not team:
        there = sorted({t.manager for _, t in held if t.manager})
        told = did_you_mean(manager, there).rstrip(".") if there else "The reps have no column"
        raise ValueError(f"no rep has the manager '{manager}'. {told}")
    return np.array(team, dtype=np.int64)


def _heirs(plan: Plan, leavers: int) -> IntArray:
    """Return ``(n_accounts, leavers + 1)``: the nearest other territories that may serve each."""
    problem, of = plan.problem, plan.alignment.of_accounts(plan.problem)
    center = centers(problem, plan.alignment, plan.criteria)
    k, most = problem.n_territories, min(leavers + 1, problem.n_territories - 1)
    heirs = np.full((problem.n_accounts, most), NONE, dtype=np.int64)
    may = problem.allowed[problem.skill_class[problem.accounts.unit]]
    block = max(1, 4_000_000 // k)
    for first in range(0, problem.n_accounts, block):
        rows = slice(first, first + block)
        far = problem.distance_km(problem.accounts.xy[rows][:, None], center)
        far = np.where(may[rows] & ~np.isnan(far), far, np.inf)
        far[np.arange(len(far)), of[rows]] = np.inf
        near = np.argsort(far, axis=1, kind="stable")[:, :most]
        heirs[rows] = np.where(np.isfinite(np.take_along_axis(far, near, axis=1)), near, NONE)
    return heirs


def _inherited(of: IntArray, heirs: IntArray, gone: BoolArray) -> IntArray:
    """Return who serves each account when some are gone: the first heir who is not."""
    now = of.copy()
    lost = gone[of]
    for rank in range(heirs.shape[1]):
        heir = heirs[:, rank]
        takes = lost & (heir != NONE) & ~gone[heir]
        now[takes] = heir[takes]
        lost &= ~takes
    return now
