"""The before-image: what stood in every field that a push will write, on disk before it writes.

Some CRMs have no undo (a deleted Salesforce association does not reach the recycle bin), so this
file is the undo. An empty cell means `CLEAR`. Only its owner may read it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import uuid4

from territory_planner.crm.cells import as_csv, read_csv
from territory_planner.crm.change import Change, cell, value_of
from territory_planner.errors import Fault, InputError, writing

NAME = "before_image.csv"
HEADER = (
    "object", "record_id", "field", "old_value", "new_value", "read_at", "version",
    "effective_date",
)  # fmt: skip
FOLLOWS = "follows"
"""A column more where a change follows another's."""
OWNER_ONLY = 0o600


def write_before_image(
    folder: Path,
    changes: Sequence[Change],
    read_at: str,
    versions: Mapping[tuple[str, str], str],
    effective_date: str,
) -> Path:
    """Write the before-image, synced to the disk, whole or not at all, and return where.

    Parameters
    ----------
    versions
        (object, record id) to the stamp that the record had.

    Raises
    ------
    OutputError
        When it cannot be written: then nothing may be written to the CRM.
    """
    header = (*HEADER, FOLLOWS) if any(c.follows for c in changes) else HEADER
    rows = [
        (*c.key, cell(c.old), cell(c.new), read_at, versions.get(c.record, ""), effective_date,
         c.follows)[: len(header)]
        for c in changes
    ]  # fmt: skip
    return write_private(folder / NAME, as_csv([header, *rows]))


def read_before_image(folder: Path) -> tuple[Change, ...]:
    """Return the changes that a push was made from, in their order.

    Raises
    ------
    InputError
        When the file is missing or is not one that we wrote.
    """
    path = folder / NAME
    if not path.is_file():
        message = "there is no push in this folder. Give the folder that crm push named."
        raise InputError([Fault(str(folder), message)])
    rows = read_csv(path)
    header = tuple(rows[0]) if rows else ()
    known = header in (HEADER, (*HEADER, FOLLOWS))
    if not known or any(len(row) != len(header) for row in rows):
        message = "this is no before-image, or it was edited. Restore it from a copy."
        raise InputError([Fault(str(path), message)])
    return tuple(
        Change(object, record_id, field, value_of(old), value_of(new), "".join(follows))
        for object, record_id, field, old, new, _, _, _, *follows in rows[1:]
    )


def write_private(path: Path, text: str) -> Path:
    """Write a file for its owner's eyes, synced to the disk, whole or not at all."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)
    return path


def sync_folder(folder: Path) -> None:
    """Sync a folder, without which a file in it may be gone after a power cut."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
