"""The verbs, in the order in which help shows them."""

from __future__ import annotations

from territory_planner.cli import (
    check,
    compare,
    crm,
    diff,
    drift,
    export,
    frontier,
    history,
    init,
    plan,
    repair,
    replay,
    report,
    route,
    scenarios,
    show,
    stress,
    sweep,
    tag,
    why,
)
from territory_planner.cli.verb import Verb

VERBS: tuple[Verb, ...] = (
    init.VERB,
    check.VERB,
    plan.VERB,
    scenarios.VERB,
    sweep.VERB,
    compare.VERB,
    frontier.VERB,
    why.VERB,
    repair.VERB,
    stress.VERB,
    report.VERB,
    export.VERB,
    crm.VERB,
    route.VERB,
    drift.VERB,
    history.VERB,
    show.VERB,
    diff.VERB,
    tag.VERB,
    replay.VERB,
)
