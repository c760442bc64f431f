"""A real PostgreSQL server in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, create_engine, text

DEBIAN = Path("/usr/lib/postgresql")
PASSWORD = "s3cr3t@/%:"
USER = "planner"


@dataclass(frozen=True)
class Server:
    """A server that listens on loopback, and asks for a password."""

    port: int

    def url(self, database: str, password: str = PASSWORD) -> str:
        """Return the URL of one of its databases."""
        url = URL.create("postgresql", USER, password, "127.0.0.1", self.port, database)
        return url.render_as_string(hide_password=False)

    def new_database(self) -> str:
        """Make a database and return its URL."""
        name = f"runs_{uuid.uuid4().hex[:12]}"
        self.ask("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    def ask(self, database: str, statement: str) -> None:
        """Run a statement in a database."""
        engine = create_engine(self.url(database).replace("postgresql:", "postgresql+psycopg:"))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        engine.dispose()


def binaries() -> Path | None:
    """Return the folder of the newest server there is, None where there is none."""
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    other = shutil.which("initdb")
    return None if other is None else Path(other).resolve().parent


@contextmanager
def running(folder_of: Path) -> Iterator[Server]:
    """Start a server of the programs in a folder, and stop it at the end."""
    folder = Path(tempfile.mkdtemp(prefix="territory-planner-pg-"))
    try:
        (folder / "password").write_text(PASSWORD, encoding="utf-8")
        rights = _unprivileged(folder)
        data = folder / "data"
        initdb = [folder_of / "initdb", "-D", data, "-U", USER, "--no-sync", "-A", "scram-sha-256"]
        _run([*initdb, f"--pwfile={folder / 'password'}"], folder, rights)
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        control = [folder_of / "pg_ctl", "-D", data, "-w"]
        _run([*control, "-l", folder / "log", "-o", options, "start"], folder, rights)
        try:
            yield Server(port)
        finally:
            _run([*control, "-m", "immediate", "stop"], folder, rights)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return how to run as somebody else than root, whom the server refuses."""
    if os.getuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    for path in (folder, *folder.iterdir()):
        os.chown(path, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(command: list[Any], folder: Path, rights: dict[str, Any]) -> None:
    # The server inherits its output, so that a pipe would never be closed.
    with (folder / f"out-{uuid.uuid4().hex}").open("w+b") as out:
        done = subprocess.run(
            [str(part) for part in command], cwd=folder, stdout=out, stderr=out, **rights
        )
        out.seek(0)
        assert done.returncode == 0, out.read().decode()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
