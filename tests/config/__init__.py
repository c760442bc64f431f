"""Tests of `plan.toml` as settings."""
