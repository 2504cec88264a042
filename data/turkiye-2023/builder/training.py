"""training.csv: training clinics of the EAH (modelled on beds)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.branches import branches_of_dal
from builder.common import Noise, Settings

BY_SIZE = (  # the order in which an EAH that grows opens its training
    "ic_hastaliklari",
    "genel_cerrahi",
    "cocuk_sagligi_ve_hastaliklari",
    "kadin_hastaliklari_ve_dogum",
    "aile_hekimligi",
    "anesteziyoloji_ve_reanimasyon",
    "ortopedi_ve_travmatoloji",
    "acil_tip",
    "radyodiagnostik",
    "kulak_burun_bogaz_hastaliklari",
    "goz_hastaliklari",
    "noroloji",
    "uroloji",
    "enfeksiyon_hastaliklari_ve_klinik_mikrobiyoloji",
    "kardiyoloji",
    "fizik_tedavi_ve_rehabilitasyon",
    "beyin_ve_sinir_cerrahisi",
    "deri_ve_zuhrevi_hastaliklari",
    "gogus_hastaliklari_ve_tuberkuloz",
    "biyokimya_ve_klinik_biyokimya",
    "ruh_sagligi_ve_hastaliklari",
    "patoloji",
    "mikrobiyoloji_ve_klinik_mikrobiyoloji",
    "plastik_ve_rekonstruktif_cerrahi",
    "kalp_ve_damar_cerrahisi",
    "cocuk_cerrahisi",
    "gogus_cerrahisi",
    "gastroenteroloji",
    "radyasyon_onkolojisi",
    "nukleer_tip",
)
BIG_FOUR = BY_SIZE[:4]


def build_training(units: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return unit, branch, clinics.

    An EAH trains in the first beds / branch_per_beds branches of ``BY_SIZE``, some missing by lot; it
    has 1 + beds / second_clinic_beds clinics of the four big branches and 1 + beds / second_clinic_other
    of the others. An ``eah_dal`` has 1 + beds / 150 clinics of its own branch, one of a few others.
    """
    wanted = settings["training"]
    more, most = wanted["second_clinic_beds"], wanted["second_clinic_other"]
    noise = Noise(settings["seed"], "training")
    rows = []
    for eah in units[units["kind"].isin(["eah", "eah_dal"])].itertuples():
        lot = noise.uniform(len(BY_SIZE))
        if eah.kind == "eah_dal":
            clinics = {eah.branch: 1 + eah.beds // 150}
            others = [name for name in branches_of_dal(eah.branch) if name != eah.branch and name in BY_SIZE]
            clinics |= {name: 1 for name, chance in zip(others, lot, strict=False) if chance < 0.4}
        else:
            count = int(np.clip(eah.beds // wanted["branch_per_beds"], wanted["branch_least"], len(BY_SIZE)))
            clinics = {
                name: 1 + eah.beds // (more if name in BIG_FOUR else most)
                for name, chance in zip(BY_SIZE[:count], lot, strict=False)
                if chance >= wanted["missing"] or name in BIG_FOUR
            }
        rows += [(eah.unit_code, name, min(wanted["most_clinics"], int(n))) for name, n in clinics.items()]
    table = pd.DataFrame(rows, columns=["unit_code", "branch", "clinics"])
    return table.sort_values(["unit_code", "branch"], ignore_index=True)
