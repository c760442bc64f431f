"""Tests of `territory_planner.crm`."""
