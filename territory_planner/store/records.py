"""What is known about a run: what was asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from territory_planner.config import Settings
from territory_planner.domain.plan import Plan, SolveOptions
from territory_planner.domain.problem import Problem
from territory_planner.store.inputs import InputFile, input_files, settings_text
from territory_planner.store.request import Request

Status = Literal["running", "finished", "failed", "unfinished"]


@dataclass(frozen=True)
class Asked:
    """What a run is to do, as recorded before it begins.

    Parameters
    ----------
    project
        The project's name.
    options
        The effort.
    problem
        The facts, where they are known already.
    settings
        The text of `plan.toml`; see `inputs.settings_text`.
    files
        The input files; see `inputs.input_files`.
    scenario
        The name of the scenario, None for the project itself.
    key
        What a sweep calls the run, to find it again; that of the request when not given.
    parent
        The id of the run that this one starts from.
    start
        The plan it begins at.
    request
        What is asked of the start beside the settings, where it is repaired or explained.

    Raises
    ------
    ValueError
        When something is asked of a start that is not there.
    """

    project: str
    options: SolveOptions
    problem: Problem | None = None
    settings: str = ""
    files: tuple[InputFile, ...] = ()
    scenario: str | None = None
    key: str | None = None
    parent: str | None = None
    start: Plan | None = None
    request: Request | None = None

    def __post_init__(self) -> None:
        if self.request is not None and self.start is None:
            raise ValueError(f"there is no plan to {self.request.verb}: start is None")

    @classmethod
    def of(
        cls,
        settings: Settings,
        options: SolveOptions | None = None,
        scenario: str | None = None,
    ) -> Asked:
        """Return what a project or one of its scenarios asks for, its files as they are now.

        Raises
        ------
        InputError
            When one of the files cannot be read, or there is no such scenario.
        """
        return cls(
            project=settings.project.name,
            options=options or settings.solve_options(),
            settings=settings_text(settings),
            files=input_files(settings, scenario),
            scenario=scenario,
        )


@dataclass(frozen=True)
class Note:
    """A sentence that somebody wrote beside a run."""

    text: str
    who: str
    at: datetime


@dataclass(frozen=True)
class RunSummary:
    """A run in a line of the history; fields below `ended` are None until there is a plan.

    Parameters
    ----------
    id
        Twelve hexadecimal digits.
    project, scenario, key, parent
        As in `Asked`.
    status
        "running"; "finished" with a plan; "failed", with the reason; or "unfinished", when its
        process was killed.
    reason
        Why there is no plan.
    who
        User and host.
    begun, ended
        When, in UTC.
    seed
        Of the search.
    inputs, problem
        Fingerprints of the input files and of the facts.
    fingerprint
        The plan's.
    objective, bound, gap
        In km, and as a share.
    stopped
        Why the search ended.
    seconds
        How long the search took.
    moved_accounts
        How many accounts change hands.
    tags
        Its names.
    """

    id: str
    project: str
    scenario: str | None
    key: str | None
    parent: str | None
    status: Status
    reason: str | None
    who: str
    begun: datetime
    ended: datetime | None
    seed: int
    inputs: str
    problem: str | None
    fingerprint: str | None
    objective: float | None
    bound: float | None
    gap: float | None
    stopped: str | None
    seconds: float | None
    moved_accounts: int | None
    tags: tuple[str, ...]


@dataclass(frozen=True)
class RunRecord(RunSummary):
    """Everything about a run but its plan.

    Parameters
    ----------
    settings
        The text of `plan.toml`.
    request
        What was asked of the plan that it began at; None but for `repair` and `why`.
    options
        The effort that was asked for.
    versions
        Package name to version.
    scorecard
        What the plan is worth, by the names of `Scorecard`.
    answer
        What came of the request beside a plan: of a repair its `Stage`.
    prices
        Territory to measure to km of objective that one more unit of capacity would save.
    files
        The input files.
    notes
        What was written beside it, the oldest first.
    has_start
        Whether it began at a known plan.
    """

    settings: str
    request: Request | None
    options: Mapping[str, Any]
    versions: Mapping[str, str]
    scorecard: Mapping[str, Any] | None
    answer: Mapping[str, Any] | None
    prices: Mapping[str, Mapping[str, float]] | None
    files: tuple[InputFile, ...]
    notes: tuple[Note, ...]
    has_start: bool


def outcome(plan: Plan) -> dict[str, Any]:
    """Return what a plan adds to its run, by column."""
    from territory_planner.evaluation.scorecard import evaluate

    problem = plan.problem
    card = evaluate(problem, plan.alignment, plan.criteria)
    return {
        "problem": problem.fingerprint,
        "fingerprint": plan.fingerprint,
        "objective": float(plan.objective),
        "bound": float(plan.bound),
        "gap": float(plan.gap),
        "stopped": plan.stopped,
        "seconds": float(plan.seconds),
        "versions": dict(plan.versions),
        "moved_accounts": int(card.moved_accounts),
        "scorecard": {name: _plain(value) for name, value in vars(card).items()},
        "prices": {
            territory.id: dict(
                zip((m.name for m in problem.measures), _plain(plan.prices[k]), strict=True)
            )
            for k, territory in enumerate(problem.territories)
        },
    }


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold: lists for arrays, None for what is not finite."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value
