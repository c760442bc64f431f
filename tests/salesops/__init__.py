"""Tests of what sales operations asks of a live plan."""
