"""Equal values are equal, and frozen ones stay as they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from territory_planner.domain.arrays import fingerprint, frozen
from territory_planner.domain.criteria import Band, Criteria, Disruption
from territory_planner.domain.plan import SolveOptions


def test_equal_wishes_have_one_fingerprint() -> None:
    """Equal wishes have one fingerprint, whatever number type spelt them."""
    assert Band(weight=1) == Band(weight=1.0)
    assert fingerprint(Band(weight=1)) == fingerprint(Band(weight=1.0))
    assert fingerprint(Band(weight=np.float64(1))) == fingerprint(Band(weight=1.0))


def test_criteria_do_not_change_with_the_callers_mapping() -> None:
    """Changing the mapping that criteria were made from does not change them."""
    bands = {"workload": Band()}
    criteria = Criteria(bands)
    bands["workload"] = Band(-1, 1)
    assert criteria.bands["workload"] == Band()


def test_criteria_can_be_hashed() -> None:
    """Equal criteria have equal hashes."""
    assert hash(Criteria({"a": Band()})) == hash(Criteria({"a": Band()}))


def test_a_read_only_view_is_still_copied() -> None:
    """A read-only view is copied: its base may still be written."""
    base = np.zeros(2)
    view = base.view()
    view.flags.writeable = False
    array = frozen(view, np.float64)
    base[0] = 7
    assert array[0] == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: Criteria(max_distance_km=float("nan")),
        lambda: Band(weight=float("nan")),
        lambda: Disruption("workload", cost=float("nan")),
        lambda: SolveOptions(time_limit_s=float("nan")),
    ],
)
def test_nan_is_no_setting(make: Callable[[], object]) -> None:
    """Not a number is not a setting."""
    with pytest.raises(ValueError, match="nan"):
        make()
