"""The files a project is read from, and what tells one state of them from another."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from territory_planner.config import Settings
from territory_planner.domain.arrays import fingerprint
from territory_planner.domain.scenario import AddAccounts
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


def input_files(settings: Settings, scenario: str | None = None) -> tuple[InputFile, ...]:
    """Return the files that a project or one of its scenarios is read from, by their paths.

    Parameters
    ----------
    scenario
        Its name, None for the project itself; what the scenarios that it starts from are read from
        is part of it.

    Raises
    ------
    InputError
        When one cannot be read, or there is no such scenario.
    """
    faults, found = [], []
    for path, place in sorted(_named_files(settings, scenario).items()):
        try:
            found.append(_as_it_is(path, place))
        except OSError as error:
            message = f"the file cannot be read: {error.strerror}. Correct its name in plan.toml."
            faults.append(Fault(str(place), message))
    if faults:
        raise InputError(faults)
    return tuple(found)


def files_again(
    settings: Settings,
    scenario: str | None,
    recorded: Sequence[InputFile],
    written: Collection[str] = (),
) -> tuple[InputFile, ...]:
    """Return what has become of a run's files, and what it would be read from beside them now.

    What cannot be read is left out.

    Parameters
    ----------
    scenario
        As in `input_files`; one that is no more has no file beside those recorded.
    recorded
        The files of the run.
    written
        The values of its `plan.toml`. A file among them was there when the run began, and is not
        new only because it was not recorded, as a scenario's own files once were not.
    """
    if scenario not in {one.name for one in settings.scenarios}:
        scenario = None
    places = {file.path: settings.file(file.path) for file in recorded}
    then = {settings.file(value) for value in written}
    for path, place in _named_files(settings, scenario).items():
        if path in places or place not in then:
            places[path] = place
    found = []
    for path, place in sorted(places.items()):
        with suppress(OSError):
            found.append(_as_it_is(path, place))
    return tuple(found)


def _named_files(settings: Settings, scenario: str | None) -> dict[str, Path]:
    """Return where each file lies that a project or a scenario names, by `InputFile.path`."""
    units = settings.units
    named = [settings.data.accounts, settings.data.reps, units.file, units.outline, units.bridges]
    named += settings.map.lines.values()
    for one in () if scenario is None else settings.lineage(scenario):
        named.append(one.start)
        named += [edit.file for edit in one.edits if isinstance(edit, AddAccounts)]
    places = [settings.file(name) for name in named if name]
    return {_relative(place, settings): place for place in places}


def _as_it_is(path: str, place: Path) -> InputFile:
    with place.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return InputFile(path, place.stat().st_size, sha256)


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
