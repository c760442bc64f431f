"""The benchmark of sweeps runs, and its plans do not depend on the number of workers."""

from __future__ import annotations

import re

import pytest

from benchmarks.sweep import SAMPLE, main


def test_two_workers_make_the_same_plans(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is printed, and all plans of one worker are those of two."""
    assert main([str(SAMPLE), "--vary", "seed=1:2", "--gap", "0.05"]) == 0
    printed = capsys.readouterr().out
    assert "2 cells over seed, each to a gap of 5.00%" in printed
    assert re.search(r"^2 workers: [\d.]+ s, .* 2 plans, 0 of them cut short", printed, re.M)
    assert re.search(r"^speed-up [\d.]+; 2 of 2 plans the same$", printed, re.M)
