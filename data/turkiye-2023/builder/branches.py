"""Which specialists a special-branch hospital may have (the principles' list, B.1.c)."""

from __future__ import annotations

SHORT = {
    "acr": "anesteziyoloji_ve_reanimasyon",
    "bio": "biyokimya_ve_klinik_biyokimya",
    "mik": "mikrobiyoloji_ve_klinik_mikrobiyoloji",
    "rad": "radyodiagnostik",
    "pat": "patoloji",
    "enf": "enfeksiyon_hastaliklari_ve_klinik_mikrobiyoloji",
    "khd": "kadin_hastaliklari_ve_dogum",
    "csh": "cocuk_sagligi_ve_hastaliklari",
    "ccr": "cocuk_cerrahisi",
    "goz": "goz_hastaliklari",
    "kbb": "kulak_burun_bogaz_hastaliklari",
    "ort": "ortopedi_ve_travmatoloji",
    "kvc": "kalp_ve_damar_cerrahisi",
    "kar": "kardiyoloji",
    "gog": "gogus_hastaliklari_ve_tuberkuloz",
    "gcr": "gogus_cerrahisi",
    "ich": "ic_hastaliklari",
    "ftr": "fizik_tedavi_ve_rehabilitasyon",
    "nor": "noroloji",
    "ruh": "ruh_sagligi_ve_hastaliklari",
    "onk": "radyasyon_onkolojisi",
    "nuk": "nukleer_tip",
    "gnc": "genel_cerrahi",
    "gas": "gastroenteroloji",
    "plc": "plastik_ve_rekonstruktif_cerrahi",
}
OF_KIND = {
    "dogum_cocuk_hastanesi": "khd csh ccr enf pat acr bio mik rad",
    "cocuk_hastanesi": "csh ccr goz kbb ort kvc pat acr bio mik rad",
    "gogus_hastanesi": "gog gcr ich kar enf pat acr bio mik rad",
    "kemik_hastanesi": "ort ftr acr bio mik rad",
    "ftr_hastanesi": "ftr nor ort ich bio mik rad",
    "ruh_sagligi_hastanesi": "ruh nor ich enf bio mik rad",
    "goz_hastanesi": "goz acr bio mik rad",
    "onkoloji_hastanesi": "onk nuk ich gnc gas khd plc pat enf acr bio mik rad",
    "kalp_damar_hastanesi": "kar kvc nuk ich acr bio mik rad",
}
OF_DAL = {  # a special-branch EAH by its branch, like the kind of hospital
    "khd": "dogum_cocuk_hastanesi",
    "csh": "cocuk_hastanesi",
    "gog": "gogus_hastanesi",
    "ort": "kemik_hastanesi",
    "ftr": "ftr_hastanesi",
    "ruh": "ruh_sagligi_hastanesi",
    "goz": "goz_hastanesi",
    "onk": "onkoloji_hastanesi",
    "kar": "kalp_damar_hastanesi",
}


def branches_of_kind(kind: str) -> list[str]:
    """Return the branches of a special-branch hospital, its own first; none for other kinds."""
    return [SHORT[short] for short in OF_KIND.get(kind, "").split()]


def kind_of_dal(branch: str) -> str:
    """Return the kind of hospital that a special-branch EAH of this branch is like."""
    return {SHORT[short]: kind for short, kind in OF_DAL.items()}[branch]


def branches_of_dal(branch: str) -> list[str]:
    """Return the branches of a special-branch EAH."""
    return branches_of_kind(kind_of_dal(branch))
