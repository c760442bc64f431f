"""Files to `Problem`: `read_problem`, and `check` for a look before planning."""

from territory_planner.intake.assemble import check, read_problem
from territory_planner.intake.columns import ColumnUse
from territory_planner.intake.report import CheckReport, MeasureTotal

__all__ = ["CheckReport", "ColumnUse", "MeasureTotal", "check", "read_problem"]
