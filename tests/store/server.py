"""A real PostgreSQL server in a temporary folder, for as long as the tests run."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
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
PATIENCE_S = 60
SET_PARENT_DEATH_SIGNAL = 1


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
        options = [
            "listen_addresses=127.0.0.1",
            f"port={port}",
            f"unix_socket_directories={folder}",
        ]
        command = [str(folder_of / "postgres"), "-D", str(data)]
        for option in (*options, "fsync=off"):
            command += ["-c", option]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, preexec_fn=_end_with_parent, **rights
            )
        try:
            _wait(folder_of, port, server, folder / "log")
            yield Server(port)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
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


def _end_with_parent() -> None:
    """Have a child end when the tests are killed and cannot stop it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGQUIT)


def _wait(folder_of: Path, port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server takes connections."""
    ready = [str(folder_of / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    until = time.monotonic() + PATIENCE_S
    while subprocess.run(ready).returncode != 0:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < until, "the server does not begin"
        time.sleep(0.1)


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
