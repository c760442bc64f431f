"""Tests of pure geometry."""
