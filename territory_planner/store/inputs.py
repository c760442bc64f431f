"""The files a project is read from, and what tells one state of them from another."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from territory_planner.config import Settings
from territory_planner.domain.arrays import fingerprint
from territory_planner.errors import Fault, InputError

STORE_VARIABLE = "TERRITORY_PLANNER_STORE"
STORE_FILE = "runs.sqlite"


@dataclass(frozen=True)
class InputFile:
    """One file as it was when a run began.

    Parameters
    ----------
    path
        Relative to the project's folder, with slashes.
    size
        In bytes.
    sha256
        Of its bytes.
    """

    path: str
    size: int
    sha256: str


def input_files(settings: Settings) -> tuple[InputFile, ...]:
    """Return the files that `plan.toml` names, in the order of their paths.

    Raises
    ------
    InputError
        When one cannot be read.
    """
    units = settings.units
    named = [settings.data.accounts, settings.data.reps, units.file, units.outline, units.bridges]
    names = {name for name in (*named, *settings.map.lines.values()) if name}
    faults, found = [], []
    for name in sorted(names):
        path = settings.file(name)
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            found.append(InputFile(_relative(path, settings), path.stat().st_size, sha256))
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}. Correct its name in plan.toml."
            faults.append(Fault(str(path), message))
    if faults:
        raise InputError(faults)
    return tuple(sorted(found, key=lambda one: one.path))


def inputs_fingerprint(files: Sequence[InputFile]) -> str:
    """Return the SHA-256 over all files together."""
    return fingerprint(tuple((file.path, file.sha256) for file in files))


def settings_text(settings: Settings) -> str:
    """Return `plan.toml` as it is written, without users and passwords of URLs."""
    return without_secrets(settings.path.read_text(encoding="utf-8-sig"))


def without_secrets(text: str) -> str:
    """Return a text with dots in place of users and passwords of the URLs in it."""
    # A password may itself hold an @ or a slash: all up to the last @ of the quoted text goes.
    text = re.sub(r"(://)[^\s\"']*@", r"\1...@", text)
    return re.sub(r"(?i)(\w*pass\w*=)[^&\s\"']+", r"\1...", text)


def place_of_store(settings: Settings) -> Path | str:
    """Return where a project's store is: as the environment or `plan.toml` says, or beside it."""
    told = os.environ.get(STORE_VARIABLE)
    if told:
        return told
    url = settings.store.url
    if url is None:
        return settings.file(STORE_FILE)
    scheme, divided, path = url.partition(":///")
    if divided and scheme.startswith("sqlite") and not path.startswith("file:"):
        return f"{scheme}:///{settings.file(path)}"
    return url if "://" in url else settings.file(url)


def _relative(path: Path, settings: Settings) -> str:
    return Path(os.path.relpath(path, settings.path.parent)).as_posix()
