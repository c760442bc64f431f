"""`Store`: every run ever made, with its plan.

One run, from its begin to its end::

    store = Store.open("runs.sqlite")
    with store.begin(Asked(project, options, problem, key="headcount=60 seed=1")) as run:
        run.finish(solve(problem, criteria, options))
    store.load(run.id)                # the plan, bit for bit

An exception that leaves the ``with`` makes the run a failed one, with the reason. A process that is
killed meanwhile leaves a run that the next `open` shows as unfinished. What is recorded is never
changed, also not by SQL: triggers refuse it. Tags and notes may come and go.

Any number of processes may write at once, each with a `Store` of its own or with one that they
inherited; a `Store` can be pickled. A sweep asks ``store.finished("sweep-name/")`` for the keys
that are done, as key to run id, and calls `begin` with the key in any process.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import RowMapping, delete, insert, select, update

from territory_planner.config.hints import did_you_mean
from territory_planner.domain.plan import Plan
from territory_planner.domain.versions import versions
from territory_planner.errors import OutputError
from territory_planner.store import host
from territory_planner.store.assignments import read_assignments
from territory_planner.store.contents import keep, parts_of, read_plan
from territory_planner.store.database import Database
from territory_planner.store.finding import check_tag, find, new_id, refusal, tags_of
from territory_planner.store.inputs import InputFile, inputs_fingerprint
from territory_planner.store.records import Asked, Note, RunRecord, RunSummary
from territory_planner.store.request import request_of, request_values
from territory_planner.store.run import Run
from territory_planner.store.schema import INPUT_FILE, NOTE, RUN, TAG

SILENCE = timedelta(days=1)
"""How long a run of another machine may be silent, beyond ten times its time limit."""

SUMMARY = [RUN.c[f.name] for f in fields(RunSummary) if f.name in RUN.c]
LIVELINESS = [RUN.c.number, RUN.c.host, RUN.c.process, RUN.c.options]


class Store:
    """All runs of one database.

    Parameters
    ----------
    database
        Where they are; see `Store.open`.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, where: Path | str, must_exist: bool = False) -> Store:
        """Return the store in a SQLite file or at a URL, made or brought up to date if need be.

        Runs whose process has ended without a word are marked as unfinished.

        Parameters
        ----------
        where
            A file, or ``sqlite:///file`` or ``postgresql://host/database``.
        must_exist
            Refuse a file that is not there, for those who only want to read.

        Raises
        ------
        InputError
            When it is no store, is damaged, cannot be reached, or is from a newer version.
        OutputError
            When it cannot be made.
        """
        store = cls(Database(where, must_exist))
        # What may only be read is read: `history` says the same without the mark.
        with suppress(OutputError):
            store._mark_unfinished()
        return store

    @property
    def name(self) -> str:
        """Return how it is called in messages: a file, or a URL without user and password."""
        return self._database.name

    def begin(self, asked: Asked) -> Run:
        """Record that a run begins, and return it.

        Raises
        ------
        OutputError, InputError
            When nothing can be written to the store.
        """
        start, parts = (None, {}) if asked.start is None else parts_of(asked.start)
        row = {
            "project": asked.project,
            "scenario": asked.scenario,
            "key": asked.key or (None if asked.request is None else asked.request.key),
            "parent": asked.parent,
            "status": "running",
            "who": host.user(),
            "host": socket.gethostname(),
            "process": host.process(),
            "begun": datetime.now(UTC),
            "settings": asked.settings,
            "request": None if asked.request is None else request_values(asked.request),
            "options": asdict(asked.options),
            "seed": asked.options.seed,
            "versions": versions(),
            "inputs": inputs_fingerprint(asked.files),
            "problem": None if asked.problem is None else asked.problem.fingerprint,
            "start": start,
        }
        with self._database.writing() as connection:
            keep(connection, parts)
            id_ = new_id(connection)
            asked_for = insert(RUN).values(id=id_, **row).returning(RUN.c.number)
            number = connection.execute(asked_for).scalar_one()
            if asked.files:
                files = [{"run": number, **asdict(file)} for file in asked.files]
                connection.execute(insert(INPUT_FILE), files)
        return Run(self._database, id_, number)

    def history(self) -> tuple[RunSummary, ...]:
        """Return all runs, the newest first."""
        with self._database.reading() as connection:
            tags = tags_of(connection)
            asked = select(*SUMMARY, *LIVELINESS).order_by(RUN.c.number.desc())
            rows = connection.execute(asked).mappings().all()
        return tuple(RunSummary(**_summary(row, tags)) for row in rows)

    def finished(self, prefix: str = "") -> dict[str, str]:
        """Return key to run id of the finished runs whose keys begin so; of several, the newest."""
        asked = select(RUN.c.key, RUN.c.id).order_by(RUN.c.number)
        asked = asked.where(
            RUN.c.status == "finished", RUN.c.key.startswith(prefix, autoescape=True)
        )
        with self._database.reading() as connection:
            return {row.key: row.id for row in connection.execute(asked)}

    def made(self, plan: Plan) -> str | None:
        """Return the id of the newest run that a plan came of, None where it is of no run."""
        asked = select(RUN.c.id).where(RUN.c.fingerprint == plan.fingerprint)
        with self._database.reading() as connection:
            return connection.execute(asked.order_by(RUN.c.number.desc())).scalars().first()

    def find(self, word: str) -> str:
        """Return the id of a run, given its id, a tag, or the beginning of its id.

        Raises
        ------
        InputError
            When there is none, or more than one that begins so.
        """
        with self._database.reading() as connection:
            return find(connection, word, self.name)[1]

    def record(self, word: str) -> RunRecord:
        """Return everything about a run but its plan; `find` says what may stand for it."""
        with self._database.reading() as connection:
            number, _ = find(connection, word, self.name)
            row = connection.execute(select(RUN).where(RUN.c.number == number)).mappings().one()
            files = connection.execute(
                select(INPUT_FILE).where(INPUT_FILE.c.run == number).order_by(INPUT_FILE.c.path)
            )
            notes = connection.execute(
                select(NOTE).where(NOTE.c.run == number).order_by(NOTE.c.number)
            )
            names = ("settings", "options", "versions", "scorecard", "prices", "answer")
            more = {name: row[name] for name in names}
            request = row["request"]
            return RunRecord(
                **_summary(row, tags_of(connection)),
                request=None if request is None else request_of(request),
                **more,
                files=tuple(InputFile(f.path, f.size, f.sha256) for f in files),
                notes=tuple(Note(n.text, n.who, n.at) for n in notes),
                has_start=row["start"] is not None,
            )

    def load(self, word: str) -> Plan:
        """Return the plan of a finished run, as it was made.

        Raises
        ------
        InputError
            When the run has no plan, or what is kept of it is damaged.
        """
        with self._database.reading() as connection:
            number, id_ = find(connection, word, self.name)
            row = connection.execute(select(RUN).where(RUN.c.number == number)).one()
            if row.plan is None:
                raise refusal(
                    self.name, f"run {id_} has no plan: it is {row.status}. Give another run."
                )
            plan = read_plan(connection, row.plan, f"{self.name}, run {id_}")
        if plan.fingerprint != row.fingerprint:
            raise refusal(self.name, f"the plan of run {id_} is not what it was. Use a backup.")
        return plan

    def start_of(self, word: str) -> Plan | None:
        """Return the plan that a run began at, None where there was none."""
        with self._database.reading() as connection:
            number, id_ = find(connection, word, self.name)
            name = connection.execute(select(RUN.c.start).where(RUN.c.number == number)).scalar()
            return None if name is None else read_plan(connection, name, f"{self.name}, run {id_}")

    def assignments(self, word: str) -> tuple[NDArray[np.str_], NDArray[np.str_]]:
        """Return account ids and territory ids of a finished run, in the ids' order."""
        with self._database.reading() as connection:
            number, _ = find(connection, word, self.name)
            return read_assignments(connection, number)

    def tag(self, word: str, name: str) -> None:
        """Give a run a name, by which it may be found.

        Raises
        ------
        InputError
            When another run has it, another's id begins so, or it is blank.
        """
        if not name.strip() or name != name.strip():
            raise refusal(
                self.name, f"a tag must not be blank or begin or end so: {name!r}. Change it."
            )
        with self._database.writing() as connection:
            number, _ = find(connection, word, self.name)
            asked = select(RUN.c.id, RUN.c.number).join(TAG).where(TAG.c.name == name)
            other = connection.execute(asked).one_or_none()
            if other is None:
                check_tag(connection, name, number, self.name)
                row = {"name": name, "run": number, "who": host.user(), "at": datetime.now(UTC)}
                connection.execute(insert(TAG).values(row))
            elif other.number != number:
                raise refusal(
                    self.name, f"'{name}' is the tag of run {other.id}. Remove it there first."
                )

    def untag(self, word: str, name: str) -> None:
        """Take a name from a run.

        Raises
        ------
        InputError
            When it does not have it.
        """
        with self._database.writing() as connection:
            number, id_ = find(connection, word, self.name)
            asked = delete(TAG).where(TAG.c.name == name, TAG.c.run == number)
            if not connection.execute(asked).rowcount:
                known = [tag for tags in tags_of(connection, number).values() for tag in tags]
                hint = did_you_mean(name, known) if known else "It has none."
                raise refusal(self.name, f"run {id_} has no tag '{name}'. {hint}")

    def note(self, word: str, text: str) -> None:
        """Write a sentence beside a run."""
        if not text.strip():
            raise refusal(self.name, "a note must not be blank. Write a sentence.")
        with self._database.writing() as connection:
            number, _ = find(connection, word, self.name)
            row = {"run": number, "text": text, "who": host.user(), "at": datetime.now(UTC)}
            connection.execute(insert(NOTE).values(row))

    def _mark_unfinished(self) -> None:
        with self._database.reading() as connection:
            asked = select(RUN.c.status, RUN.c.begun, *LIVELINESS).where(RUN.c.status == "running")
            running = connection.execute(asked).mappings().all()
        gone = [row["number"] for row in running if _is_gone(row)]
        if gone:
            with self._database.writing() as connection:
                lost = update(RUN).where(RUN.c.number.in_(gone), RUN.c.status == "running")
                connection.execute(lost.values(status="unfinished"))


def _summary(row: RowMapping, tags: Mapping[int, Sequence[str]]) -> dict[str, Any]:
    status = "unfinished" if row["status"] == "running" and _is_gone(row) else row["status"]
    values = {column.name: row[column.name] for column in SUMMARY}
    return values | {"status": status, "tags": tuple(tags.get(row["number"], ()))}


def _is_gone(row: RowMapping) -> bool:
    """Return whether nobody works on a run any more that says it is running."""
    limit = timedelta(seconds=10 * float(row["options"]["time_limit_s"]))
    is_silent = datetime.now(UTC) - row["begun"] > limit + SILENCE
    elsewhere = row["host"] != socket.gethostname()
    return host.is_gone(row["host"], row["process"]) or (elsewhere and is_silent)
