"""Benchmarks: what the program takes, against a floor measured in the same run."""
