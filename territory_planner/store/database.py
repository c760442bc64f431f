"""The database of a store: SQLite in a file, or PostgreSQL by URL.

SQLite keeps its rollback journal and not a write-ahead log, whose index in shared memory does not
work on network drives, where projects like to lie. Writers take their turn: each begins by taking
the lock, and waits `PATIENCE_S` for it. No connection outlives what it was opened for, so processes
may be forked at any time.

An error never shows a user name or a password of a URL.
"""

from __future__ import annotations

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    column,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from territory_planner.errors import Fault, InputError, OutputError

VERSION_TABLE = "territory_planner_version"
VERSIONS = ("0001", "0002")
"""The revisions in `migrations`, the newest last."""

PATIENCE_S = 60
CONNECT_S = 10
LOCK = 7265_2026
"""The number of the PostgreSQL lock that whoever makes or updates the tables holds."""

DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


class Database:
    """A database that holds a store's tables, of the newest version.

    Parameters
    ----------
    where
        A path of a SQLite file, or a URL ``sqlite:///...`` or ``postgresql://...``.
    must_exist
        Refuse a file that is not there instead of making it.

    Raises
    ------
    InputError
        When it holds something else, is damaged, cannot be reached, or is from a newer version.
    OutputError
        When it is not there yet and cannot be made.
    """

    def __init__(self, where: Path | str, must_exist: bool = False) -> None:
        self._url = _url(where)
        self.name = _name(self._url)
        if must_exist and self._is_missing():
            _refuse(self.name, "no run is recorded here yet. Plan first, or give another store.")
        self._connect()
        self._update()

    def __getstate__(self) -> dict[str, Any]:
        return {"_url": self._url, "name": self.name}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._connect()

    def _connect(self) -> None:
        self._engine = _engine(self._url, self.name)
        self._writer = self._engine.execution_options(writes=True)

    def _is_missing(self) -> bool:
        is_file = self._url.get_backend_name() == "sqlite" and not self.name.startswith("file:")
        return is_file and not Path(self.name).exists()

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self._engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection to read with."""
        with self._told(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection to write with: all of it or nothing is kept."""
        with self._told(), self._writer.begin() as connection:
            yield connection

    def _update(self) -> None:
        """Make the tables, or bring them to this version; one process does, the others wait."""
        with self.reading() as connection:
            if self._version(connection) == VERSIONS[-1]:
                return
        with self.writing() as connection:
            if self.dialect == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            if self._version(connection) != VERSIONS[-1]:
                _migrate(connection)

    def _version(self, connection: Connection) -> str | None:
        """Return the version of the tables, None where there are none yet."""
        tables = set(inspect(connection).get_table_names())
        if VERSION_TABLE in tables:
            found = connection.execute(
                select(column("version_num")).select_from(table(VERSION_TABLE))
            ).scalar()
            if found not in VERSIONS:
                _refuse(
                    self.name,
                    f"a newer version of this tool wrote this store (version {found}; this one "
                    f"reads up to {VERSIONS[-1]}). Update territory-planner.",
                )
            return str(found)
        # A PostgreSQL database may be shared with others; a file is either a store or none.
        if tables and (self.dialect == "sqlite" or "run" in tables):
            _refuse(self.name, "this database holds other tables than a store's. Give another one.")
        return None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            # What stands in the error's own chain may hold the URL.
            self._tell(error.orig)

    def _tell(self, error: BaseException | None) -> NoReturn:
        told = _scrubbed(" ".join(str(error).split()), self._url)
        for pattern, number in _UNWRITABLE.items():
            if re.search(pattern, told, re.IGNORECASE):
                raise OutputError(self.name, OSError(number, told)) from None
        for pattern, message in _UNREADABLE.items():
            if re.search(pattern, told, re.IGNORECASE):
                _refuse(self.name, _FOLDER if Path(self.name).is_dir() else message)
        _refuse(self.name, f"the database refuses: {told.rstrip('.')}. Mend it, or give another.")


_UNWRITABLE = {
    r"database or disk is full|no space left on device|could not extend file": errno.ENOSPC,
    r"readonly database|read-only transaction|read-only file system": errno.EROFS,
    r"permission denied": errno.EACCES,
    r"disk I/O error": errno.EIO,
}
_FOLDER = "this is a folder. Give the file of a store, such as runs.sqlite in it."
_UNREADABLE = {
    r"file is not a database|file is encrypted": (
        "this is not a database. Give the file of a store, or a new one."
    ),
    r"malformed": "the database is damaged. Bring it back from a backup, or give a new one.",
    r"unable to open database file": (
        "no database can be opened or made here. Give another place, or change its permissions."
    ),
    r"database is locked": (
        "another program is writing to it and does not end. Try again when it is done."
    ),
}


def _url(where: Path | str) -> URL:
    """Return what a path or URL means."""
    if isinstance(where, Path) or "://" not in where:
        return URL.create("sqlite", database=str(where))
    scheme = where.partition("://")[0]
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        # Not even its error may be shown: a password may stand anywhere in it.
        _refuse(f"{scheme}://...", "this URL cannot be read. Write postgresql://host/database.")
    if url.drivername not in DRIVERS:
        _refuse(
            f"{scheme}://...",
            "a store is kept in SQLite or PostgreSQL. Give a file, or postgresql://host/database.",
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        _refuse(f"{scheme}://", "a store needs a file. Write sqlite:///runs.sqlite.")
    return url.set(drivername=DRIVERS[url.drivername])


def _name(url: URL) -> str:
    """Return how a database is called in messages: without users, passwords and options."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    port = f":{url.port}" if url.port else ""
    return f"postgresql://{url.host or ''}{port}/{url.database or ''}"


def _scrubbed(told: str, url: URL) -> str:
    if url.username:
        told = told.replace(f'"{url.username}"', "***")
    secrets = [url.password, *(v for k, v in url.query.items() if "pass" in k.casefold())]
    for secret in secrets:
        if secret:
            told = told.replace(str(secret), "***")
    return told


def _engine(url: URL, name: str) -> Engine:
    name_of, value = "timeout", PATIENCE_S
    if url.get_backend_name() == "postgresql":
        name_of, value = "connect_timeout", CONNECT_S
    # What the URL says goes before.
    options = {} if name_of in url.query else {name_of: value}
    try:
        engine = create_engine(url, poolclass=NullPool, connect_args=options, hide_parameters=True)
    except ModuleNotFoundError:
        message = "PostgreSQL needs psycopg. Install it: pip install 'psycopg[binary]'."
        raise InputError([Fault(name, message)]) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _connected)
        event.listen(engine, "begin", _begun)
    return engine


def _connected(connection: sqlite3.Connection, _: object) -> None:
    # Python's own transactions begin too late to read and write in one of them.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begun(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "territory_planner.store:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, VERSIONS[-1])


def _refuse(where: str, message: str) -> NoReturn:
    raise InputError([Fault(where, message)]) from None
