"""A run made again from the facts as recorded: whether the same plan comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from territory_planner.config import Settings
from territory_planner.config.scenarios import BASE
from territory_planner.domain.plan import Plan, Step
from territory_planner.domain.versions import versions
from territory_planner.errors import InputError
from territory_planner.store.differences import (
    Change,
    changed_files,
    changed_settings,
    changed_versions,
    setting_values,
)
from territory_planner.store.inputs import files_again, settings_text
from territory_planner.store.plan_file import load_plan
from territory_planner.store.records import RunRecord
from territory_planner.store.request import Repairing
from territory_planner.store.runs import Store


@dataclass(frozen=True)
class Replayed:
    """What came of making a run again.

    Parameters
    ----------
    run
        The run.
    plan
        The plan that came of it now.
    files, settings
        What has changed in the project since; None where the project is not at hand, or nothing of
        it was recorded.
    reads_alike
        Whether the files still read as the same facts; None where they changed or are not at hand.
    versions
        The packages that have changed since.
    others
        How many units lie in another territory than then.
    doubts
        Why another plan may come of the same run, as clauses.
    """

    run: RunRecord
    plan: Plan
    files: tuple[Change, ...] | None
    settings: tuple[Change, ...] | None
    reads_alike: bool | None
    versions: tuple[Change, ...]
    others: int
    doubts: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether the plan is the one that was recorded, bit for bit."""
        return self.plan.fingerprint == self.run.fingerprint


def replay(
    store: Store,
    word: str,
    settings: Settings | None = None,
    progress: Callable[[Step], object] | None = None,
) -> Replayed:
    """Make a run again, from the facts, criteria, effort, seed, start and edits as recorded.

    Parameters
    ----------
    word
        The run, as `Store.find` takes it.
    settings
        The project as it is now, to be compared with what it was.
    progress
        Called with each step of the search.

    Raises
    ------
    InputError
        When there is no such run, or it has no plan.
    InfeasibleError, NoPlanFoundError
        When this time there is none.
    """
    run, before = store.record(word), store.load(word)
    files, changed, alike = None, None, None
    # What was made from a plan file of no run, or from values, has no files to be compared.
    if settings is not None and (run.settings or run.files):
        changed = changed_settings(run.settings, settings_text(settings))
        written = setting_values(run.settings)
        again = files_again(settings, run.scenario, run.files, written)
        files = changed_files(run.files, again)
        if not files and not changed:
            # A cell of a sweep has edits that are written nowhere else.
            alike = run.key is not None or _reads_alike(settings, run)
    now = _again(run, before, store.start_of(word), progress)
    return Replayed(
        run=run,
        plan=now,
        files=files,
        settings=changed,
        reads_alike=alike,
        versions=changed_versions(run.versions, versions()),
        others=int((now.alignment.territory_of != before.alignment.territory_of).sum()),
        doubts=_doubts(before),
    )


def _again(
    run: RunRecord,
    before: Plan,
    start: Plan | None,
    progress: Callable[[Step], object] | None,
) -> Plan:
    from territory_planner.scenarios.repair import repair
    from territory_planner.solving import solve

    # The plan of `why` is one like others: its lock is in its facts.
    if start is not None and isinstance(run.request, Repairing):
        return repair(start, run.request.moves, run.request.measure, before.options).plan
    return solve(before.problem, before.criteria, before.options, progress, start)


def _reads_alike(settings: Settings, run: RunRecord) -> bool:
    from territory_planner.scenarios.cases import read_cases

    lineage = () if run.scenario is None else settings.lineage(run.scenario)
    try:
        cases = read_cases(settings, lineage, load_plan)
    except InputError:
        # Of an older run the scenario's own files are not among its files, and may be gone.
        return False
    return cases[run.scenario or BASE].problem.fingerprint == run.problem


def _doubts(plan: Plan) -> tuple[str, ...]:
    doubts = []
    if plan.options.workers > 1:
        doubts.append(f"it was searched for by {plan.options.workers} workers at once")
    if plan.stopped == "time limit":
        doubts.append("its time limit cut the search short")
    if plan.stopped == "stopped":
        doubts.append("its search was stopped by hand")
    return tuple(doubts)
