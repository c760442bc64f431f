"""The verbs, in the order in which help shows them."""

from __future__ import annotations

from territory_planner.cli import (
    check,
    compare,
    crm,
    diff,
    export,
    history,
    init,
    plan,
    repair,
    replay,
    report,
    scenarios,
    show,
    stress,
    tag,
    why,
)
from territory_planner.cli.verb import Verb

VERBS: tuple[Verb, ...] = (
    init.VERB,
    check.VERB,
    plan.VERB,
    scenarios.VERB,
    compare.VERB,
    why.VERB,
    repair.VERB,
    stress.VERB,
    report.VERB,
    export.VERB,
    crm.VERB,
    history.VERB,
    show.VERB,
    diff.VERB,
    tag.VERB,
    replay.VERB,
)
