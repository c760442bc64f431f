"""`start_project`: a small sample project that runs."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path
from uuid import uuid4

from territory_planner.errors import Fault, InputError, writing


def start_project(folder: Path | str) -> Path:
    """Copy the small sample project into a folder, whole or not at all, and return the folder.

    Raises
    ------
    InputError
        When there is a file of that name, or the folder is not empty.
    OutputError
        When it cannot be written.
    """
    folder = Path(folder)
    with writing(folder):
        _copy_sample(folder)
    return folder


def _copy_sample(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError([Fault(str(folder), "this is a file. Give a new folder.")])
    if folder.is_dir() and any(folder.iterdir()):
        message = "the folder is not empty, and nothing in it is overwritten. Give a new folder."
        raise InputError([Fault(str(folder), message)])
    target = folder.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        with as_file(files("territory_planner") / "sample") as sample:
            left = shutil.ignore_patterns("__pycache__", "out", "runs.sqlite*")
            shutil.copytree(sample, temporary, ignore=left)
        if target.is_dir():
            target.rmdir()
        temporary.rename(target)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
