"""Tests of the engine for centers at units."""
