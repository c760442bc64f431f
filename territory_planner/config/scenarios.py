"""`[[scenario]]` in `plan.toml`: named edits, each by its class name in snake_case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.criteria import Band
from territory_planner.domain.scenario import EDITS, AddAccounts, Edit, Scenario, folder_name

BASE = "base"
"""What a project without any scenario's edits is called."""
LONGEST, LONGEST_ELSEWHERE = 100, 60
"""Characters of a scenario's name, and of one whose letters take several bytes each."""
FOLDER_BYTES = 240
"""Bytes of a folder's name: file systems take 255."""
SHOWN = 30
"""Characters that are shown of a name that is too long."""
Complain = Callable[[str], None]
ReadTable = Callable[[str, Any, type, Complain], Any]


@dataclass(frozen=True)
class ScenarioTable:
    """What a scenario says beside its edits."""

    name: str
    parent: str | None = None
    bands: Mapping[str, float] = field(default_factory=dict, metadata={"above": 0})
    budgets: Mapping[str, float] = field(default_factory=dict, metadata={"low": 0, "high": 1})
    start: str | None = None
    adopt: bool = False


def read_scenarios(
    raw: Any,
    weights: Mapping[str, float],
    schemas: Mapping[str, type],
    table: ReadTable,
    complain: Complain,
) -> tuple[Scenario, ...]:
    """Return the scenarios of a settings tree.

    Parameters
    ----------
    raw
        What stands under ``scenario``.
    weights
        By measure, the weight that its band keeps when a scenario makes it wider or narrower.
    schemas
        By name, the sections of which a scenario may say what differs: "criteria" and "solve".
    table
        Reads one table as a dataclass.
    """
    if raw is None:
        return ()
    if not isinstance(raw, list):
        complain("[scenario] may be there several times. Write [[scenario]], with two brackets.")
        return ()
    found = [
        _scenario(n, entry, weights, schemas, table, complain)
        for n, entry in enumerate(raw, start=1)
    ]
    scenarios = tuple(scenario for scenario in found if scenario is not None)
    _check(scenarios, list(weights), complain)
    return scenarios


def _scenario(
    number: int,
    raw: Any,
    weights: Mapping[str, float],
    schemas: Mapping[str, type],
    table: ReadTable,
    complain: Complain,
) -> Scenario | None:
    named = isinstance(raw, dict) and isinstance(raw.get("name"), str)
    where = f"[[scenario]] '{raw['name']}'" if named else f"[[scenario]] {number}"
    rest = raw
    if isinstance(raw, dict):
        rest = {key: value for key, value in raw.items() if key not in ("edits", *schemas)}
    said = table(where, rest, ScenarioTable, complain)
    if said is None:
        return None
    entries = raw.get("edits", [])
    if not isinstance(entries, list):
        complain(f'{where} edits must be a list such as [{{ close_territory = "T07" }}].')
        return None
    edits = [
        _edit(f"{where} edit {n}", entry, table, complain) for n, entry in enumerate(entries, 1)
    ]
    differ = dict[str, Mapping[str, object]]()
    for name, schema in schemas.items():
        written = raw.get(name, {})
        section = table(f"{where} {name}", written, schema, complain)
        differ[name] = {} if section is None else {key: getattr(section, key) for key in written}
    if said.adopt and said.start is None:
        complain(f'{where} adopt needs a plan: add start = "out/plan.plan", or remove it.')
    return Scenario(
        name=said.name,
        edits=tuple(edit for edit in edits if edit is not None),
        parent=said.parent,
        bands={
            name: Band.within(width, weights.get(name, 0.0)) for name, width in said.bands.items()
        },
        budgets=dict(said.budgets),
        start=said.start or "",
        adopt=said.adopt,
        **differ,
    )


def _edit(where: str, raw: Any, table: ReadTable, complain: Complain) -> Edit | None:
    if not isinstance(raw, dict) or not raw:
        complain(f'{where} must be a table such as {{ close_territory = "T07" }}.')
        return None
    tags = [key for key in raw if key in EDITS]
    if len(tags) != 1:
        first = next(iter(raw))
        hint = "Make two edits of it." if tags else did_you_mean(first, EDITS)
        complain(f"{where} must name one edit, not {', '.join(tags) or repr(first)}. {hint}")
        return None
    kind = EDITS[tags[0]]
    about = fields(kind)[0].name
    named = raw[tags[0]]
    values = {about: named, **{key: raw[key] for key in raw if key != tags[0]}}
    if kind is AddAccounts and not isinstance(named, str):
        values = {"accounts": named, **{key: raw[key] for key in raw if key != tags[0]}}
    elif about == "account" and isinstance(named, dict):
        # Accounts may be told by their columns, in the place of an id.
        values = {**values, about: [], "where": named}
    edit: Edit | None = table(where, values, kind, complain)
    return edit


def _check(scenarios: Sequence[Scenario], measures: Sequence[str], complain: Complain) -> None:
    """Complain about names there twice, not at all or too long, and parents in a circle."""
    by_name = {scenario.name: scenario for scenario in scenarios}
    names = [scenario.name for scenario in scenarios]
    for name in sorted({name for name in names if names.count(name) > 1}):
        complain(f"[[scenario]] '{name}' is there {names.count(name)} times. Names must differ.")
    by_folder = {folder_name(BASE): BASE}
    for name in by_name:
        is_long = len(name) > LONGEST
        if is_long or len(folder_name(name).encode()) > FOLDER_BYTES:
            complain(
                f"[[scenario]] '{name[:SHOWN]}…' has a name of {len(name)} characters, too long "
                f"for its folder. Shorten it to {LONGEST if is_long else LONGEST_ELSEWHERE}."
            )
        other = by_folder.setdefault(folder_name(name), name)
        if other == BASE:
            complain(f"[[scenario]] '{name}': '{BASE}' is what the project is called. Rename it.")
        elif other != name:
            complain(f"[[scenario]] '{name}' would have the folder of '{other}'. Rename it.")
    for scenario in scenarios:
        where = f"[[scenario]] '{scenario.name}'"
        for name in [*scenario.bands, *scenario.budgets]:
            if name not in measures:
                complain(f"{where} '{name}' is not a measure. {did_you_mean(name, measures)}")
        if scenario.parent is not None and scenario.parent not in by_name:
            hint = did_you_mean(scenario.parent, names)
            complain(f"{where} parent '{scenario.parent}' is not a scenario. {hint}")
            continue
        seen, at = {scenario.name}, scenario.parent
        while at is not None and at in by_name:
            if at in seen:
                complain(f"{where} is among its own parents. Start one of them from the base.")
                break
            seen.add(at)
            at = by_name[at].parent
