"""What differs between two runs: what was asked, what it was made from, and who serves whom."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from territory_planner.config.scenarios import BASE
from territory_planner.domain.plan import Plan
from territory_planner.scenarios.compare import Comparison, compare
from territory_planner.store.inputs import InputFile
from territory_planner.store.records import RunRecord
from territory_planner.store.request import request_settings
from territory_planner.store.runs import Store


@dataclass(frozen=True)
class Change:
    """One thing that is not the same: what, and its value on either side, None where it is not."""

    what: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Differences:
    """What differs between two runs.

    Parameters
    ----------
    runs
        The two.
    settings
        Settings of `plan.toml`, manual edits, effort, scenario, key (such as the cell of a sweep)
        and start.
    inputs
        Input files, by SHA-256.
    versions
        Packages.
    comparison
        The plans side by side, today before them; None where they cannot be compared.
    why
        Why there is no comparison.
    accounts
        The accounts whose territory differs; of no plan, none.
    """

    runs: tuple[RunRecord, RunRecord]
    settings: tuple[Change, ...]
    inputs: tuple[Change, ...]
    versions: tuple[Change, ...]
    comparison: Comparison | None
    why: str
    accounts: tuple[Change, ...]


def differences(store: Store, before: str, after: str) -> Differences:
    """Return what differs between two runs, given as `Store.find` takes them.

    Raises
    ------
    InputError
        When there is no such run.
    """
    one, other = store.record(before), store.record(after)
    comparison, why, accounts = None, "", tuple[Change, ...]()
    lacking = [run.id for run in (one, other) if run.status != "finished"]
    if lacking:
        why = f"there is no plan of run {' and '.join(lacking)}"
    else:
        plans = [store.load(run.id) for run in (one, other)]
        accounts = tuple(_changes(_served(plans[0]), _served(plans[1])))
        try:
            comparison = compare(plans, (one.id, other.id))
        except ValueError as error:
            why = str(error)
    return Differences(
        runs=(one, other),
        settings=tuple(_changes(_asked(one), _asked(other))),
        inputs=changed_files(one.files, other.files),
        versions=tuple(_changes(one.versions, other.versions)),
        comparison=comparison,
        why=why,
        accounts=accounts,
    )


def changed_files(
    before: tuple[InputFile, ...], after: tuple[InputFile, ...]
) -> tuple[Change, ...]:
    """Return the files that are not the same, or on one side only."""
    return tuple(_changes({f.path: f.sha256 for f in before}, {f.path: f.sha256 for f in after}))


def changed_versions(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Return the packages that are not the same."""
    return tuple(_changes(before, after))


def changed_settings(before: str, after: str) -> tuple[Change, ...]:
    """Return the settings of two texts of `plan.toml` that are not the same."""
    return tuple(_changes(_flat(before), _flat(after)))


def setting_values(settings: str) -> frozenset[str]:
    """Return every value in a text of `plan.toml`."""
    return frozenset(_flat(settings).values())


def _asked(run: RunRecord) -> dict[str, str]:
    effort = {f"effort {name}": str(value) for name, value in run.options.items()}
    more = {"scenario": run.scenario or BASE, "key": run.key, "parent run": run.parent}
    request = {} if run.request is None else request_settings(run.request)
    return _flat(run.settings) | request | effort | {k: v for k, v in more.items() if v is not None}


def _flat(settings: str) -> dict[str, str]:
    """Return a text of TOML as one value a setting; of no TOML, its lines."""
    try:
        return dict(_leaves("", tomllib.loads(settings)))
    except tomllib.TOMLDecodeError:
        return {f"line {n}": line for n, line in enumerate(settings.splitlines(), start=1)}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value, start=1):
            label = (
                item.get("name", item.get("measure", number)) if path.count(".") == 0 else number
            )
            yield from _leaves(f"{path} {label}", item)
    else:
        yield path, str(value)


def _served(plan: Plan) -> dict[str, str]:
    territories = plan.problem.territories
    of = plan.alignment.of_accounts(plan.problem)
    ids = plan.problem.accounts.ids.tolist()
    return {id_: territories[k].id for id_, k in zip(ids, of.tolist(), strict=True)}


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield Change(name, before.get(name), after.get(name))
