"""The journal: what was about to be sent, and what became of every row; appended, never changed.

A line is written before a batch is sent (`sending`) and one for each row's result, and synced
before the next batch. After a kill the last line may be torn and is passed over. A row that was
about to be sent and has no result may or may not have reached the CRM: whoever resumes reads it
again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from territory_planner.crm.before_image import OWNER_ONLY, sync_folder
from territory_planner.crm.change import Key
from territory_planner.crm.connector import RowResult
from territory_planner.crm.state import now
from territory_planner.errors import Fault, InputError, writing

NAME = "journal.jsonl"
FOUND = "found_written"
"""Code of a row that was about to be sent and that a later reading found written."""


@dataclass(frozen=True)
class Told:
    """What a journal tells.

    Parameters
    ----------
    results
        The last result of each key.
    sent
        The keys that were about to be sent.
    """

    results: dict[Key, RowResult]
    sent: frozenset[Key]


def read_journal(folder: Path) -> Told:
    """Return what the journal in a folder tells; a torn last line is passed over.

    Raises
    ------
    InputError
        When another line is damaged.
    """
    path = folder / NAME
    lines = path.read_bytes().split(b"\n") if path.exists() else [b""]
    # What follows the last line end was torn off, or is nothing.
    results: dict[Key, RowResult] = {}
    sent: set[Key] = set()
    for number, line in enumerate(lines[:-1], start=1):
        if not line:
            continue
        try:
            said = json.loads(line)
            if "sending" in said:
                sent.update(Key(*key) for key in said["sending"])
            else:
                key = Key(*said["key"])
                results[key] = RowResult(key, said["status"], said["code"], said["message"])
        except (ValueError, TypeError, LookupError) as error:
            message = f"line {number} is damaged. Restore the journal from a copy."
            raise InputError([Fault(str(path), message)]) from error
    return Told(results, frozenset(sent))


class Journal:
    """The journal of one push, open for appending by one process at a time.

    Parameters
    ----------
    folder
        The push's folder.

    Raises
    ------
    InputError
        When another process is at work in this folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        with writing(self._path):
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
            self._handle = os.open(self._path, flags, OWNER_ONLY)
            sync_folder(folder)
        self._lock()
        told = read_journal(folder)
        self.results, self._sent = dict(told.results), set(told.sent)
        self._mend()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing releases the lock.
        os.close(self._handle)

    def was_sent(self, key: Key) -> bool:
        """Return whether a change was about to be sent, by this process or an earlier one."""
        return key in self._sent

    def sending(self, keys: Sequence[Key]) -> None:
        """Note that a batch is about to be sent, synced to the disk."""
        self._append({"sending": keys, "at": now()})
        self.sync()
        self._sent.update(keys)

    def result(self, result: RowResult) -> None:
        """Note what became of a row; a kill does not lose it, a power cut may until `sync`."""
        self._append(
            {
                "key": result.key,
                "status": result.status,
                "code": result.code,
                "message": result.message,
                "at": now(),
            }
        )
        self.results[result.key] = result

    def all(self, results: Iterable[RowResult]) -> None:
        """Note what became of several rows, and sync."""
        for result in results:
            self.result(result)
        self.sync()

    def sync(self) -> None:
        """Sync the journal to the disk."""
        with writing(self._path):
            os.fsync(self._handle)

    def _append(self, said: dict[str, object]) -> None:
        line = json.dumps(said, ensure_ascii=False, separators=(",", ":")) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        with writing(self._path):
            while data:
                data = data[os.write(self._handle, data) :]

    def _mend(self) -> None:
        """Cut off a torn last line, onto which the next one would be written."""
        with writing(self._path):
            content = self._path.read_bytes()
            whole = content.rfind(b"\n") + 1
            if whole < len(content):
                os.ftruncate(self._handle, whole)
                os.fsync(self._handle)

    def _lock(self) -> None:
        if sys.platform == "win32":
            return
        import fcntl

        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            with suppress(OSError):
                os.close(self._handle)
            message = "another process is at work on this push. Wait for it, or stop it."
            raise InputError([Fault(str(self._path.parent), message)]) from error
