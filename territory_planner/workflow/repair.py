"""The recipe of a repair: keep that it begins, repair, keep what came of it, save."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territory_planner.domain.plan import Plan, SolveOptions, Stage
from territory_planner.workflow.keeping import Keeping
from territory_planner.workflow.plans import kept

if TYPE_CHECKING:
    from territory_planner.scenarios.repair import Repaired
    from territory_planner.store.records import RunRecord
    from territory_planner.store.request import Repairing
    from territory_planner.store.runs import Store


@dataclass(frozen=True)
class Mended:
    """A repair, the file it was written to, and the id of its run, None where none is kept."""

    repaired: Repaired
    plan_file: Path
    run: str | None


def repair_plan(
    plan: Plan,
    request: Repairing,
    out: Path | str,
    keeping: Keeping,
    options: SolveOptions | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> Mended:
    """Keep manual edits of a plan and hold every band; keep the run, and write the plan.

    Parameters
    ----------
    request
        The edits.
    out
        The file for the plan.
    keeping
        Where the run is kept.
    options
        The effort; that of the plan when not given.
    tell
        Called with a sentence when the plan is in its file, and not in the store.

    Raises
    ------
    InputError
        With every edit that cannot be made; then there is no run.
    InfeasibleError, NoPlanFoundError
        When the edits clash with the criteria, or no plan was found in time.
    OutputError
        When the file or the store cannot be written.
    """
    from territory_planner.scenarios.repair import edited_problem, repair
    from territory_planner.store.plan_file import save_plan

    problem = edited_problem(plan, request.moves, request.measure)
    store = keeping.store
    asked = keeping.asked(plan, request, problem, options)
    with nullcontext() if store is None else store.begin(asked) as run:
        found = repair(plan, request.moves, request.measure, options)
        trouble = None if run is None else kept(run, found.plan, asdict(found.stage))
    made = Mended(found, save_plan(found.plan, out), None if run is None else run.id)
    if trouble is not None:
        tell(f"The plan is in {made.plan_file}, but not in the store:")
        raise trouble
    return made


def repair_of(store: Store, run: RunRecord) -> Repaired | None:
    """Return what a repair did, as recorded; None where the run is none that has a plan."""
    from territory_planner.scenarios.repair import repaired_from
    from territory_planner.store.request import Repairing

    if not isinstance(run.request, Repairing) or run.answer is None:
        return None
    start = store.start_of(run.id)
    if start is None:
        return None
    return repaired_from(start, store.load(run.id), Stage(**run.answer))
