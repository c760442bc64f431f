"""Where a recipe's files go, tried before there is anything to write."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

from territory_planner.errors import Fault, InputError, writing

PLAN, MAP, REPORT = "plan.plan", "map.html", "report.html"


def check_place(folder: Path) -> None:
    """Refuse a folder that nothing can be written to; leave nothing in it.

    Raises
    ------
    InputError, OutputError
        When it is one.
    """
    with writing(folder):
        if folder.exists() and not folder.is_dir():
            raise InputError([Fault(str(folder), "this is a file. Give a folder to write to.")])
        there = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
        with TemporaryFile(dir=there):
            pass
    faults = [
        Fault(str(folder / name), "this is a folder. Remove it, or give another place.")
        for name in (PLAN, MAP, REPORT)
        if (folder / name).is_dir()
    ]
    if faults:
        raise InputError(faults)
