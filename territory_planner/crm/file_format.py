"""`FileFormat`: how one CRM takes a load as files, and what a person must know to load them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from territory_planner.crm.load import Kind, Load, LoadRow
from territory_planner.crm.records import Records
from territory_planner.domain.plan import Plan
from territory_planner.errors import Fault

EXAMPLES = 5


@dataclass(frozen=True)
class Options:
    """What a format may be told besides.

    Parameters
    ----------
    model
        The name of a territory model.
    rules
        The account's field that rules are by; no rules when blank.
    """

    model: str = ""
    rules: str = ""


@dataclass(frozen=True)
class Guide:
    """What a person must know: sentences for the README.txt."""

    steps: Sequence[str]
    triggers: Sequence[str]
    undo: Sequence[str]
    unproven: Sequence[str]


@dataclass(frozen=True)
class FileFormat:
    """How one CRM takes a load as files.

    Parameters
    ----------
    name, title
        The word for it, and what people call the CRM.
    objects
        A kind of record to the CRM's object and its field for the owner; kinds that the CRM does
        not have are missing.
    territory_field
        The account's field for its territory.
    owner_is_required
        Whether an account must have an owner.
    faults
        What is wrong with a load: ids that are none of this CRM's.
    write_rows
        Writes rows into a folder, and returns the files with their rows.
    write_frame
        Writes what the rows need to be there, territories and their members, and its undo.
    held
        Says which territory each account has today, where that is not a field of the account.
    guide
        What to tell of the files, by name.
    """

    name: str
    title: str
    objects: Mapping[str, tuple[str, str]]
    territory_field: str
    owner_is_required: bool
    faults: Callable[[Load], list[Fault]]
    write_rows: Callable[[Load, Sequence[LoadRow], Path], dict[str, int]]
    guide: Callable[[Mapping[str, int]], Guide]
    write_frame: Callable[[Load, Options, Path], dict[str, int]] = field(
        default=lambda _load, _options, _folder: {}
    )
    held: Callable[[Plan, Records | None], Mapping[str, str] | None] = field(
        default=lambda _plan, _records: None
    )


def id_faults(load: Load, is_id: Callable[[str], bool], told: str, remedy: str) -> list[Fault]:
    """Return which ids of rows and owners cannot be the CRM's."""
    owners = [row.owner for row in (*load.rows, *load.undo) if isinstance(row.owner, str)]
    owners += [user.id for user in load.user_of.values()]
    faults = []
    for kind, ids in (("records", [row.id for row in load.rows]), ("owners", owners)):
        wrong = list(dict.fromkeys(i for i in ids if not is_id(i)))
        if wrong:
            shown = ", ".join(repr(i) for i in wrong[:EXAMPLES])
            more = f" and {len(wrong) - EXAMPLES:,} more" if len(wrong) > EXAMPLES else ""
            message = f"{len(wrong):,} {kind} have an id that is {told}: {shown}{more}. {remedy}"
            faults.append(Fault("--for", message))
    return faults


def rows_of(rows: Sequence[LoadRow], kind: Kind) -> list[LoadRow]:
    """Return the rows of one kind."""
    return [row for row in rows if row.kind == kind]
