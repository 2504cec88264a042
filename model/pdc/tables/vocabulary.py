"""The words a data folder may use: titles, kinds of unit, statuses, branches (from the rulebook)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KINDS = (
    "il_saglik_mudurlugu",
    "saglik_grup_baskanligi",
    "saglik_ocagi",
    "saglik_evi",
    "saglik_merkezi",
    "ilce_gun_hastanesi",
    "acsap",
    "verem_savas_dispanseri",
    "sitma_savas_dispanseri",
    "kanser_savas_dispanseri",
    "istasyon_112_a",
    "istasyon_112_b",
    "adsm",
    "dis_cene_cerrahisi_merkezi",
    "devlet_hastanesi",
    "dogum_cocuk_hastanesi",
    "cocuk_hastanesi",
    "gogus_hastanesi",
    "kemik_hastanesi",
    "ftr_hastanesi",
    "ruh_sagligi_hastanesi",
    "goz_hastanesi",
    "onkoloji_hastanesi",
    "kalp_damar_hastanesi",
    "diger_dal_hastanesi",
    "eah",
    "eah_dal",
    "semt_poliklinigi",
)

# Every *_hastanesi but the day hospital, and the training-and-research hospitals.
HOSPITALS = (
    *(kind for kind in KINDS if kind.endswith("_hastanesi") and kind != "ilce_gun_hastanesi"),
    "eah",
    "eah_dal",
)


@dataclass(frozen=True)
class Vocabulary:
    """What counts as a known word when tables are read.

    ``raw_titles`` maps (raw title, branch) to a planning title (A.7); ``excluded`` are the raw titles
    of A.2. ``uzman`` with a branch outside B.1.ç is no fault (A.3), whatever the branch.
    """

    titles: frozenset[str]
    raw_titles: Mapping[tuple[str, str], str]
    excluded: frozenset[str]
    statuses: frozenset[str]
    kinds: tuple[str, ...] = KINDS
