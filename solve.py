"""Plan Turkey's health staff: ``python solve.py`` runs the main job, ``python solve.py --help`` the rest."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "model"), str(HERE / "reports")]

from pdc.cli import main  # noqa: E402 - the packages lie in their source roots

if __name__ == "__main__":
    main()
