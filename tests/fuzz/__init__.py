"""Mutated inputs of every kind, from fixed seeds: see :mod:`tests.fuzz.__main__` and ``test_fuzz.py``."""
