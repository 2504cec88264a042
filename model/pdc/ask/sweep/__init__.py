"""Sweeps: many scenarios of one question, and what the answer hangs on (docs/sweep.md)."""

from pdc.ask.sweep.run import NoDaskError, OtherSweepError, UnfinishedError, run_sweep, sweep

__all__ = ["NoDaskError", "OtherSweepError", "UnfinishedError", "run_sweep", "sweep"]
