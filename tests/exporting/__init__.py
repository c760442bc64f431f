"""Tests of `territory_planner.exporting`."""
