"""A sweep on a real Dask scheduler with two worker processes, of which one is killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.sweep import Parameter, Sweep
from territory_planner.errors import InputError
from territory_planner.intake import read_problem
from territory_planner.scenarios.cell import Base, Inputs, plan_of
from territory_planner.scenarios.sweep import LostExecutorError, sweep
from tests.acceptance.conftest import hurried, run
from tests.scenarios.grids import OPTIONS, inputs_of

distributed: Any = pytest.importorskip("distributed")
cluster: Any = pytest.importorskip("territory_planner.scenarios.cluster")

SAMPLE = Path(__file__).parents[2] / "territory_planner" / "sample" / "plan.toml"
PATIENCE_S = 60.0


class Cluster:
    """A scheduler and two workers, each a process of its own on this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.scheduler = self._started("dask_scheduler", "--port", "0", "--no-dashboard")
        self.address = self._told("scheduler.log", "Scheduler at:")
        self.workers = [
            self._started("dask_worker", self.address, "--nthreads", "1", "--no-nanny",
                          "--no-dashboard", "--name", name)
            for name in ("0", "1")
        ]  # fmt: skip
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=PATIENCE_S)

    def _started(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = self._folder / f"{program.removeprefix('dask_')}.log"
        with log.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{program}", "--host", "127.0.0.1",
                 *arguments],
                stdout=file, stderr=file, cwd=self._folder,
            )  # fmt: skip

    def _told(self, log: str, key: str) -> str:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            text = (self._folder / log).read_text(encoding="utf-8")
            for line in text.splitlines():
                if key in line:
                    return line.rpartition(" ")[2].strip()
            time.sleep(0.1)
        raise TimeoutError(text)

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Cluster]:
    """Start a cluster of its own for a test."""
    cluster = Cluster(tmp_path)
    yield cluster
    cluster.close()


def long_inputs(n_cells: int) -> Inputs:
    """Return cells that take their whole second each, since they ask for a gap of nothing."""
    problem = read_problem(SAMPLE)
    criteria = Criteria({"workload": Band.within(0.02), "potential": Band.within(0.02)})
    grid = Sweep((Parameter("seed", tuple(range(n_cells))),))
    options = replace(OPTIONS, time_limit_s=1.0, relative_gap=0.0)
    return Inputs({"base": Base(problem, criteria, options)}, grid)


def test_killed_worker(started: Cluster) -> None:
    """What a killed worker was at is planned by the other one: every cell has its plan, once."""
    inputs = long_inputs(6)
    killed, outcomes = None, []
    with (
        distributed.Client(started.address, set_as_default=False) as client,
        cluster.on_cluster(inputs, started.address) as crew,
    ):
        assert crew.at_once() == 3
        for outcome in sweep(inputs, crew):
            outcomes.append(outcome)
            if killed is None:
                killed = started.workers[_busy(client)]
                os.kill(killed.pid, signal.SIGKILL)
        assert len(client.nthreads()) == 1
    assert killed is not None
    assert killed.wait(10) == -signal.SIGKILL
    assert sorted(o.cell for o in outcomes) == [(seed,) for seed in range(6)]
    for outcome in outcomes:
        plan = plan_of(inputs, outcome)
        assert plan.options.seed == outcome.cell[0]
        assert plan.bound <= plan.objective


def _busy(client: Any) -> int:
    """Return the number of a worker that is at a cell."""
    names = {a: w["name"] for a, w in client.scheduler_info(n_workers=-1)["workers"].items()}
    return int(next(names[a] for a, cells in client.processing().items() if cells))


def test_failing_cells_stop_nobody(started: Cluster) -> None:
    """A cell that cannot be planned is told with its reason, and workers forget what they had."""
    inputs = inputs_of(Parameter("band", (0.0001, 0.3)))
    with cluster.on_cluster(inputs, started.address) as crew:
        outcomes = {o.cell: o for o in sweep(inputs, crew)}
    assert "No alignment satisfies these criteria together" in outcomes[0.0001,].why
    assert outcomes[0.3,].found
    with distributed.Client(started.address, set_as_default=False) as client:
        kept = client.run(_shipped)
    assert list(kept.values()) == [0, 0]


def test_command_line(started: Cluster, tmp_path: Path) -> None:
    """A cluster is given by its address, and its plans are kept where the command is given."""
    project = tmp_path / "first-plan"
    assert run("init", project).code == 0
    hurried(project)
    words = ("--vary", "seed=1:3", "--time-limit", "20", "--json")
    done = run("sweep", project, *words, "--cluster", started.address)
    assert done.code == 0, done.err
    assert [c["why"] for c in done.json["cells"]] == [None] * 3
    again = run("sweep", project, *words, "--workers", "1")
    assert [c["was_known"] for c in again.json["cells"]] == [True] * 3
    assert [c["figures"] for c in again.json["cells"]] == [c["figures"] for c in done.json["cells"]]


def _shipped() -> int:
    from territory_planner.scenarios import cell

    return len(cell._shipped)


def test_lost_scheduler(started: Cluster) -> None:
    """When the scheduler is gone, the sweep ends with a sentence."""
    inputs = long_inputs(6)

    def left_alone() -> None:
        with cluster.on_cluster(inputs, started.address) as crew:
            for _ in sweep(inputs, crew):
                started.scheduler.kill()
                started.scheduler.wait()

    with pytest.raises(LostExecutorError, match="run the same again"):
        left_alone()


@pytest.mark.parametrize("address", ["foo", "tcp://foo", "http://foo:8786", ""])
def test_no_address(address: str, tmp_path: Path) -> None:
    """What is no address of a scheduler is told before anything is read."""
    assert run("init", tmp_path / "project").code == 0
    done = run("sweep", tmp_path / "project", "--vary", "seed=1", "--cluster", address)
    assert done.code == 2
    assert "Reading" not in done.err
    told = "is no address. Give the scheduler's, such as tcp://10.0.0.5:8786."
    assert f"--cluster {address or repr(address)} {told}" in done.err


@pytest.mark.parametrize(
    ("address", "told"),
    [("foo", "no Dask scheduler answers here"), ("tls://127.0.0.1:1", "Dask is not set up for")],
)
def test_a_client_that_does_not_start_is_closed(address: str, told: str) -> None:
    """It would else complain when Python forgets it."""
    clients: list[Any] = []

    class Kept(cluster.Connected):  # type: ignore[misc]
        def start(self, **options: Any) -> Any:
            clients.append(self)
            return super().start(**options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "Connected", Kept)
        with pytest.raises(InputError, match=told), cluster.on_cluster(inputs_of(), address):
            pass
    assert [client.status for client in clients] == ["closed"]


def test_nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address without a scheduler is told with what to do."""
    monkeypatch.setattr(cluster, "CONNECT_S", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with (
            pytest.raises(InputError, match=r"no Dask scheduler answers here\. Start one"),
            cluster.on_cluster(inputs_of(), address),
        ):
            pass
