"""`history`: every run of a project, the newest first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territory_planner.cli.stored import add_store, store_of
from territory_planner.cli.verb import Verb, add_json, as_json, positive
from territory_planner.config.scenarios import BASE
from territory_planner.evaluation.proof import at_most_percent, is_bounded
from territory_planner.scenarios.compare import aligned

if TYPE_CHECKING:
    from territory_planner.store.records import RunSummary

HEADS = (
    "run",
    "begun",
    "who",
    "project",
    "scenario",
    "status",
    "objective",
    "gap",
    "moved",
    "tags",
)
WORDS = 6
"""The first heads are of words, the others of numbers."""

SQLITE = b"SQLite format 3\0"


def history_table(runs: tuple[RunSummary, ...]) -> str:
    """Return a line for each run."""
    return "\n".join(aligned([HEADS, *map(_row, runs)], left=WORDS))


def _row(run: RunSummary) -> tuple[str, ...]:
    return (
        run.id,
        f"{run.begun.astimezone():%Y-%m-%d %H:%M}",
        run.who,
        run.project,
        run.key or run.scenario or BASE,
        run.status,
        "" if run.objective is None else f"{run.objective:,.2f} km",
        _gap(run),
        "" if run.moved_accounts is None else f"{run.moved_accounts:,}",
        ", ".join(run.tags),
    )


def _gap(run: RunSummary) -> str:
    if run.objective is None or run.bound is None or run.gap is None:
        return ""
    return at_most_percent(run.gap) if is_bounded(run.objective, run.bound) else "not known"


def run_values(run: RunSummary) -> dict[str, Any]:
    """Return a run as plain values, times in ISO 8601."""
    return asdict(run) | {
        "begun": run.begun.isoformat(),
        "ended": None if run.ended is None else run.ended.isoformat(),
    }


def _options(verb: ArgumentParser) -> None:
    verb.add_argument(
        "place", metavar="PROJECT", nargs="?", help="plan.toml, its folder, or a store"
    )
    add_store(verb)
    verb.add_argument("--last", metavar="N", type=positive, help="only the last N, 1 or more")
    add_json(verb)


def _run(arguments: Namespace) -> str:
    place = arguments.place
    if place is not None and ("://" in place or _is_store(Path(place))):
        arguments.store = place
    elif place is not None:
        arguments.project = Path(place)
    store = store_of(arguments)
    runs = store.history()[: arguments.last]
    if arguments.json:
        return as_json({"store": store.name, "runs": [run_values(run) for run in runs]})
    if not runs:
        return f"No run is recorded in {store.name} yet."
    return f"{history_table(runs)}\n\nstore  {store.name}"


def _is_store(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(SQLITE)) == SQLITE


VERB = Verb("history", "list every run of a project, the newest first", _options, _run)
