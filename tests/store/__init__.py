"""Tests of `territory_planner.store`."""
