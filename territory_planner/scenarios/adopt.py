"""`adopted`: a plan taken for today's alignment, so that what changes hands is counted from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from territory_planner.domain.plan import Plan
from territory_planner.domain.problem import NONE, Problem


def adopted(problem: Problem, plan: Plan) -> Problem:
    """Return the problem with a plan's territories as those of today.

    Accounts and territories are matched by their ids. An account that the plan does not know keeps
    whoever serves it; one whose territory is not there any more is served by nobody.
    """
    theirs = plan.problem
    index = {t.id: k for k, t in enumerate(problem.territories)}
    territory = np.array([index.get(t.id, NONE) for t in theirs.territories], dtype=np.int32)
    planned = territory[plan.alignment.of_accounts(theirs)]
    order = np.argsort(theirs.accounts.ids, kind="stable")
    ids = theirs.accounts.ids[order]
    at = np.minimum(np.searchsorted(ids, problem.accounts.ids), max(len(ids) - 1, 0))
    if not len(ids):
        return problem
    known = ids[at] == problem.accounts.ids
    current = np.where(known, planned[order[at]], problem.accounts.current)
    return replace(problem, accounts=replace(problem.accounts, current=current))
