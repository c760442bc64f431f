"""The folder of one push: before-image, journal, and what it was asked to do.

======================  ================================================================
before_image.csv        every field that is written, with what stood there
push.json               where it goes, from which plan, from which day on; written last
journal.jsonl           what became of every row
errors.csv              the rows that were not written, with the CRM's code and message
rollback/               the same files of the push that undoes this one
======================  ================================================================
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from territory_planner.crm.before_image import (
    NAME as BEFORE_IMAGE,
)
from territory_planner.crm.before_image import (
    OWNER_ONLY,
    read_before_image,
    write_before_image,
    write_private,
)
from territory_planner.crm.cells import as_csv
from territory_planner.crm.change import Change, Key, cell
from territory_planner.crm.connector import RowResult
from territory_planner.crm.journal import NAME as JOURNAL
from territory_planner.crm.state import now
from territory_planner.errors import Fault, InputError, writing
from territory_planner.exporting.folder import sha256

MANIFEST, ERRORS, ROLLBACK = "push.json", "errors.csv", "rollback"
ERROR_HEADER = (
    "object", "record_id", "field", "old_value", "new_value", "effective_date", "error_status",
    "error_code", "error_message",
)  # fmt: skip
STATES = ("ok", "failed", "conflict", "skipped", "pending")


@dataclass(frozen=True)
class Order:
    """What a push was asked to do.

    Parameters
    ----------
    crm
        The CRM's address, which holds no credentials.
    plan
        The fingerprint of the plan, "" where there is none.
    effective_date
        The day from which it holds, "" when none was given.
    notify
        Whether the CRM may tell people of the changes.
    undoes
        Whether this push puts back what another one wrote.
    created, before_image
        When it was made, and the SHA-256 of its before-image.
    """

    crm: str
    plan: str = ""
    effective_date: str = ""
    notify: bool = False
    undoes: bool = False
    created: str = ""
    before_image: str = ""


def start_push(
    folder: Path,
    order: Order,
    changes: Sequence[Change],
    read_at: str,
    versions: Mapping[tuple[str, str], str] | None = None,
) -> Order:
    """Make a push's folder: the before-image first, and last what makes it a push.

    Raises
    ------
    InputError
        When there is a push in the folder already.
    OutputError
        When it cannot be written.
    """
    if (folder / MANIFEST).exists():
        message = "there is a push in this folder. Resume it, or give a new folder."
        raise InputError([Fault(str(folder), message)])
    # An old journal would be taken for this push's, and a mended errors.csv be lost.
    others = [name for name in (JOURNAL, ERRORS) if (folder / name).exists()]
    if others:
        message = f"there is {' and '.join(others)} in this folder. Give a new folder."
        raise InputError([Fault(str(folder), message)])
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY | 0o100)
    image = write_before_image(folder, changes, read_at, versions or {}, order.effective_date)
    made = Order(**(asdict(order) | {"created": now(), "before_image": sha256(image)}))
    counts = Counter(change.object for change in changes)
    said = asdict(made) | {"tool": "territory-planner", "changes": dict(counts)}
    write_private(folder / MANIFEST, json.dumps(said, indent=2, ensure_ascii=False) + "\n")
    return made


def read_push(folder: Path) -> tuple[Order, tuple[Change, ...]]:
    """Return what a push was asked to do, and its changes.

    Raises
    ------
    InputError
        When there is none, it never began, or its before-image was edited.
    """
    changes = read_before_image(folder)
    path = folder / MANIFEST
    if not path.exists():
        message = "this push was stopped before anything was written. Push again, to a new folder."
        raise InputError([Fault(str(folder), message)])
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        order = Order(**{name: said[name] for name in Order.__dataclass_fields__})
    except (ValueError, TypeError, LookupError) as error:
        message = f"it is damaged ({error}). Restore it from a copy."
        raise InputError([Fault(str(path), message)]) from error
    if sha256(folder / BEFORE_IMAGE) != order.before_image:
        message = "it was edited since it was written, so nothing is undone by it. Restore it."
        raise InputError([Fault(str(folder / BEFORE_IMAGE), message)])
    return order, changes


def counts_of(changes: Sequence[Change], results: Mapping[Key, RowResult]) -> dict[str, int]:
    """Return how many changes are in each of `STATES`."""
    count = Counter(
        results[change.key].status if change.key in results else "pending" for change in changes
    )
    return {state: count[state] for state in STATES}


def write_errors(
    folder: Path, order: Order, changes: Sequence[Change], results: Mapping[Key, RowResult]
) -> Path:
    """Write ``errors.csv``: the rows that failed, conflict or were held back, and why."""
    rows = []
    for change in changes:
        result = results.get(change.key)
        if result is not None and result.status != "ok" and result.code != "already":
            why = result.status, result.code, result.message
            values = cell(change.old), cell(change.new), order.effective_date
            rows.append((*change.key, *values, *why))
    return write_private(folder / ERRORS, as_csv([ERROR_HEADER, *rows]))


def check_day(effective_date: date | str | None, today: date, *, is_allowed: bool) -> None:
    """Refuse to write before the day from which a plan holds.

    Raises
    ------
    InputError
        When that day is still to come and `--now` was not given.
    """
    day = date.fromisoformat(effective_date) if isinstance(effective_date, str) else effective_date
    if day is not None and day > today and not is_allowed:
        message = (
            f"the plan holds from {day.isoformat()}, and CRMs change owners at once. Run this "
            f"again on that day, for example with: echo 'territory-planner crm push ...' | "
            f"at 06:00 {day.isoformat()}; or give --now."
        )
        raise InputError([Fault("--effective-date", message)])
