"""A real Odoo for a session, when it is asked for: ``make test-odoo``, or ``-m odoo``."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from territory_planner.crm.odoo_rpc import KEY, Rpc, dial
from tests.odoo.world import fill

CACHE = "TERRITORY_PLANNER_ODOO"
"""Names a folder that is kept, so that the next session starts in seconds."""

REASON = "NOT RUN against a real Odoo, which takes minutes to set up: make test-odoo"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip these tests where they are not asked for, with the reason in the summary."""
    if "odoo" not in str(config.getoption("markexpr")):
        for item in items:
            if item.get_closest_marker("odoo"):
                item.add_marker(pytest.mark.skip(reason=REASON))


@dataclass(frozen=True)
class Server:
    """A running Odoo, with the accounts of the sample.

    Parameters
    ----------
    url, crm
        Its address, and the same as the command line takes it.
    rpc
        A way to call it beside the connector.
    owner
        Territory of the sample to its user.
    """

    url: str
    crm: str
    rpc: Rpc
    owner: dict[str, int]


@pytest.fixture(scope="session")
def odoo() -> Iterator[Server]:
    """Start an Odoo, fill it, and stop it in the end."""
    kept = os.environ.get(CACHE)
    folder = Path(kept or tempfile.mkdtemp(prefix="odoo-"))
    pg_port, port = _free_port(), _free_port()
    script = Path(__file__).with_name("up.sh")
    began = time.monotonic()
    try:
        started = subprocess.run(
            ["bash", str(script), str(folder), str(pg_port), str(port)], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if started.returncode:
            pytest.fail(f"Odoo could not be started: {started.stderr.strip()[-2000:]}")
        before = os.environ.get(KEY)
        os.environ[KEY] = (folder / "apikey").read_text(encoding="utf-8").strip()
        url = f"http://127.0.0.1:{port}"
        rpc = dial(url, "crmtest")
        print(f"\nOdoo {rpc.version} is up after {time.monotonic() - began:.0f} s")  # noqa: T201
        yield Server(url, f"odoo+{url}/crmtest", rpc, fill(rpc))
        os.environ.pop(KEY)
        if before is not None:
            os.environ[KEY] = before
    finally:
        _stop(folder)
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _stop(folder: Path) -> None:
    with suppress(OSError, ValueError):
        os.kill(int((folder / "odoo.pid").read_text(encoding="utf-8")), signal.SIGTERM)
    (folder / "odoo.pid").unlink(missing_ok=True)
    control = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if control and (folder / "pg" / "data").is_dir():
        stop = f"{control[-1]} -D {folder}/pg/data -m fast -w stop"
        user = ["su", "postgres", "-c"] if os.geteuid() == 0 else ["sh", "-c"]
        subprocess.run([*user, stop], stdout=subprocess.DEVNULL, check=False)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
