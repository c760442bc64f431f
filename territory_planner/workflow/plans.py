"""The recipes of a plan and of scenarios: read, solve, keep, save, draw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.config import Settings
from territory_planner.config.scenarios import BASE
from territory_planner.domain.criteria import Criteria
from territory_planner.domain.plan import Plan, SolveOptions, Step
from territory_planner.domain.scenario import folder_name
from territory_planner.errors import (
    InfeasibleError,
    NoPlanFoundError,
    TerritoryPlannerError,
)
from territory_planner.workflow.places import MAP, PLAN, REPORT, check_place

if TYPE_CHECKING:
    from territory_planner.store.records import Asked
    from territory_planner.store.run import Run
    from territory_planner.store.runs import Store


@dataclass(frozen=True)
class Planned:
    """A plan and the files it was written to.

    Parameters
    ----------
    plan
        The plan.
    plan_file, map, report
        Where it was saved and drawn.
    run
        The id of its run in the store, None where no store is kept.
    """

    plan: Plan
    plan_file: Path
    map: Path
    report: Path
    run: str | None = None


def plan_project(
    settings: Settings,
    out: Path | str | None = None,
    options: SolveOptions | None = None,
    progress: Callable[[Step], object] | None = None,
    tell: Callable[[str], object] = lambda _: None,
    start: Plan | None = None,
    scenario: str | None = None,
) -> Planned:
    """Make the plan a project or one of its scenarios asks for; write plan file, map and report.

    Parameters
    ----------
    settings
        What `plan.toml` says.
    out
        The folder for the files; ``out`` beside `plan.toml` when not given.
    options
        The effort, where it differs from what the settings say, those of a scenario included.
    progress
        Called with each step of the search.
    tell
        Called with a sentence when each phase begins.
    start
        A plan to begin at, of this project or of one much like it.
    scenario
        The name of a scenario to be planned instead.

    Raises
    ------
    InputError
        When the files cannot be used, or a scenario's edits cannot be made.
    OutputError
        When nothing can be written to the folder or the store, which is tried before the search.
    InfeasibleError, NoPlanFoundError
        When no plan exists, or none was found in time.
    """
    from territory_planner.scenarios.cases import read_cases
    from territory_planner.store.plan_file import load_plan
    from territory_planner.store.records import Asked

    lineage = () if scenario is None else settings.lineage(scenario)
    folder = Path(out) if out is not None else settings.path.parent / "out"
    check_place(folder)
    store = store_of(settings)
    tell(f"Reading {settings.path} ...")
    case = read_cases(settings, lineage, load_plan)[scenario or BASE]
    title = " – ".join(filter(None, [settings.project.name, scenario]))
    start = case.start if start is None else start
    asked = replace(
        Asked.of(settings, options or case.options, scenario),
        problem=case.problem,
        start=start,
        parent=store.made(start) if store is not None and start is not None else None,
    )
    return _planned(asked, case.criteria, store, folder, title, progress, tell)


def plan_scenarios(
    settings: Settings,
    out: Path | str | None = None,
    options: SolveOptions | None = None,
    progress: Callable[[Step], object] | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> dict[str, Planned | TerritoryPlannerError]:
    """Plan the base and every scenario, each begun at its parent's plan, in a folder of its own.

    Parameters
    ----------
    settings, out, options, progress, tell
        As in `plan_project`; the folders are named after the scenarios.

    Returns
    -------
    dict
        By name, "base" first: the plan and its files, or why there is none.

    Raises
    ------
    InputError
        When the files cannot be used, or any scenario's edits cannot be made.
    OutputError
        When nothing can be written to the folder or the store.
    """
    from territory_planner.scenarios.cases import read_cases
    from territory_planner.store.plan_file import load_plan
    from territory_planner.store.records import Asked

    folder = Path(out) if out is not None else settings.path.parent / "out"
    parents = {scenario.name: scenario.parent or BASE for scenario in settings.scenarios}
    places = {name: folder / folder_name(name) for name in (BASE, *parents)}
    for place in places.values():
        check_place(place)
    store = store_of(settings)
    tell(f"Reading {settings.path} ...")
    cases = read_cases(settings, settings.scenarios, load_plan)
    begun = {scenario.name for scenario in settings.scenarios if scenario.start}
    # Before the search: a scenario may begin at a file that a plan of this very run replaces.
    wanted = {
        name: Asked.of(settings, options or case.options, None if name == BASE else name)
        for name, case in cases.items()
    }
    made: dict[str, Planned | TerritoryPlannerError] = {}
    for name, case in cases.items():
        title = settings.project.name if name == BASE else f"{settings.project.name} – {name}"
        before = made.get(parents.get(name, ""))
        asked = replace(
            wanted[name],
            problem=case.problem,
            start=case.start,
            parent=before.run if isinstance(before, Planned) else None,
        )
        if name not in begun and isinstance(before, Planned):
            asked = replace(asked, start=before.plan)
        tell(f"Scenario {name}")
        try:
            made[name] = _planned(asked, case.criteria, store, places[name], title, progress, tell)
        except (InfeasibleError, NoPlanFoundError) as error:
            made[name] = error
    return made


def _planned(
    asked: Asked,
    criteria: Criteria,
    store: Store | None,
    folder: Path,
    title: str,
    progress: Callable[[Step], object] | None,
    tell: Callable[[str], object],
) -> Planned:
    from territory_planner.reporting import draw_map, write_report
    from territory_planner.solving import solve
    from territory_planner.store.plan_file import save_plan

    problem, options = asked.problem, asked.options
    assert problem is not None
    with nullcontext() if store is None else store.begin(asked) as run:
        tell(
            f"Planning {problem.n_territories:,} territories over {problem.n_units:,} units, "
            f"{options.time_limit_s:g} s at most ..."
        )
        plan = solve(problem, criteria, options, progress, asked.start)
        trouble = None if run is None else kept(run, plan)
    tell("Drawing the map and the report ...")
    made = Planned(
        plan=plan,
        plan_file=save_plan(plan, folder / PLAN),
        map=draw_map(plan, folder / MAP),
        report=write_report(plan, folder / REPORT, title=title),
        run=None if run is None else run.id,
    )
    if trouble is not None:
        tell(f"The plan is in {made.plan_file}, but not in the store:")
        raise trouble
    return made


def store_of(settings: Settings) -> Store | None:
    """Return a project's store, None where it wants none."""
    if not settings.store.keep:
        return None
    from territory_planner.store.inputs import place_of_store
    from territory_planner.store.runs import Store

    return Store.open(place_of_store(settings))


def kept(
    run: Run, plan: Plan, answer: Mapping[str, Any] | None = None
) -> TerritoryPlannerError | None:
    """Record a plan; return why it cannot be, since a plan that was found is not to be lost."""
    try:
        run.finish(plan, answer)
    except TerritoryPlannerError as error:
        with suppress(TerritoryPlannerError):
            run.fail(str(error))
        return error
    return None
