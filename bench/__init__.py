"""Benchmarks: one run measures, prints a table and writes `results.json`; nothing here asserts a time."""
