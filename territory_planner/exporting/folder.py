"""A folder of exported files, written whole or not at all.

Files are made in a hidden folder and moved into place when all of them are complete; if a move
fails, what stood there before is put back. The manifest lists every exported file with its SHA-256:
only a file that an earlier manifest lists, and that nobody has changed since, is replaced or
removed. Anything else in the folder is not ours and is left alone.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from territory_planner.domain.versions import version_of
from territory_planner.errors import Fault, InputError, writing

MANIFEST = "manifest.json"
CONNECTOR = "files"


@contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """Give an empty folder to write into; on leaving, move what is in it into place.

    Raises
    ------
    InputError
        When the place is a file, or one of the files there is not ours to replace.
    OutputError
        When the files cannot be written.
    """
    with writing(folder), _workplace(folder) as fresh:
        yield fresh


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    folder = folder.resolve()
    if folder.exists() and not folder.is_dir():
        raise InputError([Fault(str(folder), "this is a file. Give a folder to export to.")])
    folder.parent.mkdir(parents=True, exist_ok=True)
    workplace = Path(
        tempfile.mkdtemp(prefix=".export-", dir=folder if folder.is_dir() else folder.parent)
    )
    fresh = workplace / "new"
    fresh.mkdir()
    try:
        yield fresh
        if folder.is_dir():
            _replace(fresh, folder, workplace / "old")
        else:
            fresh.rename(folder)
        shutil.rmtree(workplace / "old", ignore_errors=True)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        # A file that could not be put back stays where a person can find it.
        if not any(path.is_file() for path in workplace.rglob("*")):
            shutil.rmtree(workplace)


def write_manifest(fresh: Path, rows: Mapping[str, int], told: Mapping[str, Any]) -> None:
    """Write the list of a folder's files, by which a later export knows them again.

    Parameters
    ----------
    fresh
        The folder that the files are in.
    rows
        File name to the number of its rows.
    told
        What else the manifest says.
    """
    manifest = {
        "connector": CONNECTOR,
        "tool": "territory-planner",
        "tool_version": version_of("territory-planner"),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **told,
        "files": {
            name: {"rows": count, "sha256": sha256(fresh / name)} for name, count in rows.items()
        },
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (fresh / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _replace(fresh: Path, folder: Path, old: Path) -> None:
    names = sorted(p.relative_to(fresh).as_posix() for p in fresh.rglob("*") if p.is_file())
    recorded = _recorded(folder)
    outdated = sorted(name for name in {*names, *recorded, MANIFEST} if (folder / name).exists())
    _refuse_what_is_not_ours(folder, outdated, recorded)
    moves = [(folder / name, old / name) for name in outdated]
    moves += [(fresh / name, folder / name) for name in names]
    done: list[tuple[Path, Path]] = []
    try:
        for source, goal in moves:
            goal.parent.mkdir(parents=True, exist_ok=True)
            source.rename(goal)
            done.append((source, goal))
    except BaseException:
        for source, goal in reversed(done):
            goal.rename(source)
        raise


def _recorded(folder: Path) -> Mapping[str, str]:
    """Return the files an earlier export left, with their SHA-256; none where there was none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if manifest["connector"] != CONNECTOR:
            return {}
        files = {str(name): str(entry["sha256"]) for name, entry in manifest["files"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}
    inside = folder.resolve()
    return {n: s for n, s in files.items() if (folder / n).resolve().is_relative_to(inside)}


def _refuse_what_is_not_ours(
    folder: Path, outdated: list[str], recorded: Mapping[str, str]
) -> None:
    faults = []
    for name in outdated:
        if name == MANIFEST and recorded:
            continue
        if name not in recorded:
            message = "this file is in the way, and no export wrote it"
        elif sha256(folder / name) != recorded[name]:
            message = "this file was changed since it was exported"
        else:
            continue
        faults.append(Fault(str(folder / name), f"{message}. Move it, or give another folder."))
    if faults:
        raise InputError(faults)
