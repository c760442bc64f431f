"""`replay`: a run made again, and whether the same plan comes of it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from territory_planner.cli.progress import ProgressBar
from territory_planner.cli.stored import add_store, settings_of, store_of
from territory_planner.cli.verb import Verb, add_json, as_json

if TYPE_CHECKING:
    from territory_planner.store.differences import Change
    from territory_planner.store.replay import Replayed


def replayed_text(found: Replayed) -> str:
    """Return whether it is the same plan, and what has changed since."""
    if found.is_same:
        lines = [f"The same plan, bit for bit: {found.plan.fingerprint}"]
    else:
        lines = [_otherwise(found), *_why(found)]
    if found.versions and found.is_same:
        lines.append(f"Packages have changed since: {_packages(found.versions)}.")
    if found.files is None or found.settings is None:
        is_of_files = found.run.settings or found.run.files
        why = "The project is not at hand" if is_of_files else "No file was recorded with it"
        lines.append(f"{why}: made from the facts as recorded.")
        return "\n".join(lines)
    if found.files or found.settings:
        lines.append("The project has changed since; this was made from the facts as recorded.")
        lines += [f"  {one.what} {_change(one)}" for one in found.files]
        lines += [f"  plan.toml: {one.what} {_values(one)}" for one in found.settings]
    elif found.reads_alike:
        lines.append("The project's files are those that it was made from.")
    else:
        lines.append("The project's files are the same, and yet read as other facts than then.")
    return "\n".join(lines)


def _otherwise(found: Replayed) -> str:
    if not found.others:
        return (
            "Every unit lies in the territory of then, but bound or prices are not the same to "
            "the last digit."
        )
    return (
        f"Another plan than that of run {found.run.id}, in {found.others:,} units: "
        f"{found.run.objective:,.4f} km then, {found.plan.objective:,.4f} km now."
    )


def _why(found: Replayed) -> list[str]:
    lines = [f"It may differ: {' and '.join(found.doubts)}."] if found.doubts else []
    if found.versions:
        lines.append(f"It may differ by its packages: {_packages(found.versions)}.")
    return lines


def _packages(versions: Sequence[Change]) -> str:
    return ", ".join(f"{one.what} {_values(one)}" for one in versions)


def _values(one: Change) -> str:
    return f"{one.before or '–'} → {one.after or '–'}"


def _change(one: Change) -> str:
    if one.after is None:
        return "is gone"
    return "is new" if one.before is None else "has changed"


def replayed_values(found: Replayed) -> dict[str, Any]:
    """Return the same as plain values."""

    def listed(changes: Sequence[Change] | None) -> list[dict[str, Any]] | None:
        return None if changes is None else [asdict(one) for one in changes]

    return {
        "run": found.run.id,
        "same": found.is_same,
        "fingerprint": found.run.fingerprint,
        "fingerprint_now": found.plan.fingerprint,
        "other_units": found.others,
        "objective_km": found.run.objective,
        "objective_km_now": found.plan.objective,
        "may_differ": list(found.doubts),
        "files": listed(found.files),
        "settings": listed(found.settings),
        "files_read_alike": found.reads_alike,
        "versions": listed(found.versions),
    }


def _options(verb: ArgumentParser) -> None:
    verb.add_argument("run_id", metavar="RUN", help="an id, its beginning, or a tag")
    add_store(verb)
    add_json(verb)


def _run(arguments: Namespace) -> str:
    from territory_planner.store.replay import replay

    store, settings = store_of(arguments), settings_of(arguments)
    limit = float(store.record(arguments.run_id).options["time_limit_s"])
    with ProgressBar(limit, sys.stderr) as progress:
        found = replay(store, arguments.run_id, settings, progress)
    return as_json(replayed_values(found)) if arguments.json else replayed_text(found)


VERB = Verb("replay", "make a run again, and say whether the plan is the same", _options, _run)
