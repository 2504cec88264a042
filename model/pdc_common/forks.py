"""Whether this process may be forked, and how seldom a process of ours looks for garbage."""

from __future__ import annotations

import sys
import threading
from typing import Final

SELDOM: Final = (2_000_000, 20, 20)
"""Objects between looks, as :func:`gc.set_threshold` takes them: plans and reports make millions of small
ones and hardly a circle among them."""


def forking() -> bool:
    """Can this process be forked safely?"""
    return sys.platform == "linux" and threading.active_count() == 1
