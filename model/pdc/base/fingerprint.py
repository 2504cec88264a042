"""Fingerprints that are worked out when somebody asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Fingerprint:
    """SHA-256 of what was read. Many questions never ask for it, and a country's takes as long as merging.

    Threads may share it; a copy that goes to another process, or into the cache, knows it already.
    """

    def __init__(self, work: Callable[[], str]) -> None:
        self._work: Callable[[], str] | None = work
        self._found = ""
        self._lock = threading.Lock()

    @classmethod
    def known(cls, sha256: str) -> Fingerprint:
        """One that need not be worked out."""
        return cls(lambda: sha256)

    @property
    def sha256(self) -> str:
        """Hexadecimal digits."""
        with self._lock:
            if self._work is not None:
                # What it was worked out from is not held any longer.
                self._found, self._work = self._work(), None
            return self._found

    def __reduce__(self) -> tuple[Callable[[str], Fingerprint], tuple[str]]:
        return Fingerprint.known, (self.sha256,)
