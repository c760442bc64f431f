"""`why_in_words`: why an account is where a plan puts it, as sentences."""

from __future__ import annotations

from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem
from territory_planner.reporting.numbers import signed_percent
from territory_planner.reporting.tables import limit_in_words, rep_name
from territory_planner.scenarios.why import Why

SHOWN_KM = 5e-5
"""What a tenth of a metre rounds from."""


def why_in_words(plan: Plan, found: Why) -> str:
    """Return where the account is, what keeping it would cost, what comes next, and what binds."""
    problem, accounts = plan.problem, plan.problem.accounts
    today = _place(problem, found.today) if found.today != NONE else "nobody"
    lines = [
        f"{accounts.ids[found.account]} {accounts.names[found.account]}".rstrip(),
        f"today    {today}",
        f"planned  {_place(problem, found.territory)}",
        "",
        _kept(plan, found),
    ]
    for one in found.balance:
        head = f"{problem.territories[one.territory].id} {problem.measures[one.measure].name}"
        then = "" if one.kept is None else f" → {signed_percent(one.kept)}"
        lines.append(f"  {head}: {signed_percent(one.planned)} from target{then}")
    if found.next_best != NONE:
        lines += [
            "",
            f"Next best: {_place(problem, found.next_best)}, {found.next_best_km * 1000:+,.1f} m "
            "of mean distance at the plan's prices, with all else as it is.",
        ]
    if found.binding:
        limits = [
            f"{limit_in_words(plan, price)[0]}"
            + (f" of {problem.territories[price.territory].id}" if price.territory != NONE else "")
            for price in found.binding
        ]
        lines += ["", f"What binds, the dearest first: {'; '.join(limits)}."]
    return "\n".join(lines)


def _kept(plan: Plan, found: Why) -> str:
    if found.today == NONE:
        return "Nobody serves it today: there is no rep it could stay with."
    rep = plan.problem.territories[found.today].id
    if found.today == found.territory:
        return f"It stays with {rep}, which serves it today."
    if found.kept is None:
        return f"It cannot stay with {rep}. {found.clash}"
    cost = found.kept.objective - plan.objective
    account = plan.problem.accounts.ids[found.account]
    fewer = f" `repair PLAN --move {account}={rep}` keeps it there with as few others as it finds."
    if cost < 0:
        return (
            f"Staying with {rep} would cost nothing: the search with that lock even found a plan "
            f"{-cost * 1000:,.1f} m of mean distance shorter. Plan again with more time."
        )
    return (
        f"Staying with {rep} would cost {cost * 1000:,.1f} m of mean distance "
        f"({plan.objective:,.2f} → {found.kept.objective:,.2f} km{_proven(plan, found.kept)}), and "
        f"{found.others:,} other account{'s' if found.others != 1 else ''} would lie elsewhere."
        + (fewer if found.others else "")
    )


def _proven(plan: Plan, kept: Plan) -> str:
    """Return how far below the cost may be, in words: both searches end with a gap."""
    least = max(kept.bound - plan.objective, 0.0)
    cost = kept.objective - plan.objective
    if cost - least <= SHOWN_KM:
        return ""
    return f"; at least {least * 1000:,.1f} m is proven"


def _place(problem: Problem, k: int) -> str:
    territory = problem.territories[k]
    name = "" if territory.name == territory.id else f" {territory.name}"
    return f"{territory.id}{name} ({rep_name(problem, k)})"
