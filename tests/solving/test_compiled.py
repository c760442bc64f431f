"""Compiling before the clock starts."""

from __future__ import annotations

import time
from typing import Any

import pytest

from territory_planner.domain.criteria import Band, Criteria
from territory_planner.domain.problem import Problem
from territory_planner.solving import compiled, ways
from territory_planner.solving.progress import Search


@pytest.mark.parametrize(("slow", "runs"), [(0, 1), (2, 3), (99, compiled.RUNS)])
def test_what_compiling_kept_from_its_end_is_run_again(
    monkeypatch: pytest.MonkeyPatch, slow: int, runs: int
) -> None:
    monkeypatch.setattr(compiled, "SECONDS", 0.05)
    monkeypatch.setattr(compiled, "_ready", set())
    calls: list[float] = []

    def engine(problem: Problem, criteria: Criteria, search: Search) -> None:
        calls.append(search.seconds)
        if len(calls) <= slow:
            time.sleep(0.06)

    criteria = Criteria(bands={"workload": Band.within(0.1)})
    for _ in range(2):
        compiled.compile_search(criteria, engine)
    assert len(calls) == runs


def test_ways_to_locks_are_compiled_although_no_tiny_search_leads_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compiled, "_ready", set())
    led: list[object] = []
    way = ways._way

    def counted(*args: Any) -> object:
        led.append(args)
        return way(*args)

    monkeypatch.setattr(ways, "_way", counted)
    criteria = Criteria(bands={"workload": Band.within(0.1)}, contiguous=True)
    compiled.compile_search(criteria, lambda *_: None)
    assert led
