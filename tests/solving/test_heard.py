"""An interrupt ends a library's search too."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pytest
from ortools.linear_solver.python import model_builder_helper
from scipy.sparse import csr_matrix

from territory_planner.domain.plan import SolveOptions
from territory_planner.solving import heard as heard_module
from territory_planner.solving import heavy_program
from territory_planner.solving.heard import heard
from territory_planner.solving.progress import Search


def test_what_is_returned_or_raised_comes_back() -> None:
    search = Search(SolveOptions())
    assert heard(lambda: 7, lambda: None, search) == 7
    with pytest.raises(ZeroDivisionError):
        heard(lambda: 1 / 0, lambda: None, search)


def test_a_search_that_is_over_stops_it() -> None:
    stopped = threading.Event()
    search = Search(SolveOptions(time_limit_s=0.2))
    assert heard(lambda: stopped.wait(20), stopped.set, search)


def test_an_interrupt_stops_it() -> None:
    stopped, search = threading.Event(), Search(SolveOptions(time_limit_s=60))
    with search.interruptible():
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        assert heard(lambda: stopped.wait(20), stopped.set, search)
    assert search.is_interrupted


def test_a_second_interrupt_stops_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It raises in the midst of waiting."""
    stopped, search = threading.Event(), Search(SolveOptions(time_limit_s=60))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(heard_module, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        heard(lambda: stopped.wait(20), stopped.set, search)
    assert stopped.is_set()
    assert search.is_over()


def test_scip_leaves_interrupts_to_python() -> None:
    """A market split (Cornuejols & Dawande 1998) keeps it busy until its time is up."""
    weights = csr_matrix(np.random.default_rng(1).integers(0, 100, size=(6, 50)).astype(float))
    half, zeros = np.floor(weights.sum(axis=1).A1 / 2), np.zeros(50)
    program = model_builder_helper.ModelBuilderHelper()
    fill = program.fill_model_from_sparse_data
    fill(zeros, zeros + 1, zeros, half, half, weights)  # type: ignore[arg-type]
    for j in range(50):
        program.set_var_integrality(j, True)
    solver, search = model_builder_helper.ModelSolverHelper("scip"), Search(SolveOptions())
    solver.set_time_limit_in_seconds(2.0)
    solver.set_solver_specific_parameters(heavy_program.SETTINGS)
    with search.interruptible():
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        solver.solve(program)
    assert search.is_interrupted
