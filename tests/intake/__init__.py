"""Tests of files to `Problem`."""
