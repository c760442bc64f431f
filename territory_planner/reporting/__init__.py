"""What people look at: maps, the report, plans side by side, each one file without a network."""

from territory_planner.reporting.compare_page import write_comparison
from territory_planner.reporting.map import draw_map
from territory_planner.reporting.report import write_report

__all__ = ["draw_map", "write_comparison", "write_report"]
