"""Nothing of a test goes into the user's cache, and nothing comes from it."""

from __future__ import annotations

import os

os.environ["PDC_CACHE"] = "off"
