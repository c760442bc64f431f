"""``README.txt`` of a folder of load files: what is in it, how to load it, and how to undo it."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from territory_planner.crm.change import CLEAR
from territory_planner.crm.file_format import FileFormat, Guide
from territory_planner.crm.load import OWNER, TERRITORY, Load

WIDTH = 96


def readme_text(form: FileFormat, load: Load, files: Mapping[str, int], guide: Guide) -> str:
    """Return the text: counts first, then numbered steps."""
    day = load.wishes.effective_date
    source = (
        f"the tables of the CRM as they were at {load.records.read_at}"
        if load.records
        else "the plan's own tables, not the CRM: give --records FOLDER to compare with it, and "
        "to have undo files"
    )
    parts = [
        f"{form.title}: files to load by hand",
        f"Effective date: {day.isoformat()}. Do not load before that day: the CRM changes at once."
        if day
        else "Effective date: none was given. The CRM changes at once when a file is loaded.",
        f"Plan: {load.plan.fingerprint}",
        f"Compared with: {source}.",
        _list("What is in the files", _counts(load)),
        _list("Files", [_told(name, rows) for name, rows in _listed(files).items()]),
        _list("Remarks", [finding.sentence for finding in load.findings]),
        _list("How to load them", guide.steps, is_numbered=True),
        _list("What it triggers", guide.triggers),
        _list("How to undo it", _undo(load, guide), is_numbered=True),
        _list("What is not proven", guide.unproven),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _counts(load: Load) -> list[str]:
    owners = sum(c.object == "account" and c.field == OWNER for c in load.changes)
    territories = sum(c.field == TERRITORY for c in load.changes)
    cleared = sum(c.new is CLEAR for c in load.changes)
    lines = [
        f"Accounts that get another owner: {owners:,}",
        f"Accounts that get another territory: {territories:,}",
        f"Fields that are emptied: {cleared:,}",
    ]
    for kind, word in (
        ("opportunity", "Open opportunities"),
        ("contact", "Contacts"),
        ("case", "Cases"),
    ):
        moved = sum(c.object == kind for c in load.changes)
        if moved:
            lines.append(f"{word} that go with their account: {moved:,}")
    if load.held:
        lines.append(f"Open opportunities that stay for now, see held.csv: {len(load.held):,}")
    if load.wishes.full:
        lines.append("All accounts are in the files, also those that do not change")
    return lines


def _undo(load: Load, guide: Guide) -> list[str]:
    if load.records is None:
        return [
            "There are no undo files, since what the CRM holds was not given. Export the owners "
            "of these records before you load anything.",
            *guide.undo,
        ]
    return [
        "before_image.csv lists every field that changes with what it held; an empty cell is an "
        "empty field. The files in undo/ put that back. Look first whether somebody has "
        "changed a record since: undo files overwrite it.",
        *guide.undo,
    ]


def _listed(files: Mapping[str, int]) -> dict[str, int]:
    """Return the files, those of a metadata project as one."""
    result: dict[str, int] = {}
    for name, rows in files.items():
        top = name.split("/")[0]
        key = f"{top}/" if top == "metadata" else name
        result[key] = result.get(key, 0) + rows
    return result


def _told(name: str, rows: int) -> str:
    word = "file" if name.endswith("/") else "row"
    return f"{name}: {rows:,} {word}{'' if rows == 1 else 's'}"


def _list(title: str, lines: Sequence[str], *, is_numbered: bool = False) -> str:
    if not lines:
        return ""
    shown = []
    for n, line in enumerate(lines, start=1):
        mark = f"{n}. " if is_numbered else "- "
        shown.append(
            textwrap.fill(
                # A name in a remark may hold line ends, which would break the list.
                " ".join(line.split()),
                WIDTH,
                initial_indent=mark,
                subsequent_indent=" " * len(mark),
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n".join([title, "-" * len(title), *shown])
