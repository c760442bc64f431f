"""The recipe of an explanation: plan with the account kept, and keep that plan as a run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.errors import TerritoryPlannerError
from territory_planner.workflow.keeping import Keeping
from territory_planner.workflow.plans import kept

if TYPE_CHECKING:
    from territory_planner.scenarios.why import Why
    from territory_planner.store.records import RunRecord
    from territory_planner.store.runs import Store


@dataclass(frozen=True)
class Explained:
    """Why an account is where it is.

    Parameters
    ----------
    why
        The answer.
    was_planned
        Whether a plan was sought for it; not where the account stays, nobody serves it today, or
        it cannot be locked.
    run
        The id of the run that sought it, None where there is none or none is kept.
    """

    why: Why
    was_planned: bool
    run: str | None


def explain_account(
    plan: Plan,
    account: str,
    keeping: Keeping,
    options: SolveOptions | None = None,
    tell: Callable[[Why], object] = lambda _: None,
) -> Explained:
    """Return why an account is where a plan puts it; keep the plan that has it where it was.

    Parameters
    ----------
    account
        Its id.
    keeping
        Where the run is kept.
    options
        The effort of that plan; that of the given one when not given.
    tell
        Called with the answer when it cannot be kept.

    Raises
    ------
    InputError
        When there is no such account.
    OutputError
        When the store cannot be written, which is tried before the search.
    """
    from territory_planner.scenarios.why import why
    from territory_planner.solving import solve
    from territory_planner.store.request import Explaining

    store, runs, troubles = keeping.store, list[str | None](), list[TerritoryPlannerError]()

    def search(problem: Problem, criteria: Criteria, options: SolveOptions, start: Plan) -> Plan:
        asked = keeping.asked(start, Explaining(account), problem, options)
        with nullcontext() if store is None else store.begin(asked) as run:
            runs.append(None if run is None else run.id)
            made = solve(problem, criteria, options, start=start)
            trouble = None if run is None else kept(run, made)
        if trouble is not None:
            troubles.append(trouble)
        return made

    found = why(plan, account, options, search)
    for trouble in troubles:
        tell(found)
        raise trouble
    return Explained(found, bool(runs), runs[0] if runs else None)


def why_of(store: Store, run: RunRecord) -> tuple[Plan, Why] | None:
    """Return the plan that was asked about and the answer; None where the run has no plan."""
    from territory_planner.scenarios.why import explained
    from territory_planner.store.request import Explaining

    if not isinstance(run.request, Explaining) or run.status != "finished":
        return None
    start = store.start_of(run.id)
    if start is None:
        return None
    return start, explained(start, run.request.account, store.load(run.id))
