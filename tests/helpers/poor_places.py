"""Places whose people earn them next to nothing: whatever stands there, a floor has put it there.

Floors are part of the targets too, so in an ordinary country a floor that the solver forgot often comes true all
the same. Here province 55 has a thousandth of the people (or a hundredth); its target is far below the floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpers.small import Small


@dataclass(frozen=True)
class Poor:
    """One clause, the unit it asks at in the poor province, and how many posts it asks for there."""

    clause: str
    title: str
    required: int
    kind: str
    columns: Mapping[str, int] = field(default_factory=dict)
    clinics: tuple[str, int] | None = None
    before: str = ""  # a title planned before, which all goes to the poor province
    sets: tuple[str, ...] = ()
    with_title: str = ""  # the other title of a joint rule
    people: tuple[int, int] = (999_000, 1_000)

    @property
    def titles(self) -> list[str]:
        """Titles to plan."""
        return [t for t in (self.before, self.title, self.with_title) if t]

    @property
    def name(self) -> str:
        """A short name for test reports."""
        return f"{self.clause} {self.title}"

    def country(self) -> Small:
        """Very many people with a place for every title, and few with the one unit."""
        country = Small().province(19).district("D", 19, self.people[0], central=1)
        flags = dict.fromkeys(
            ("laboratory", "prosthesis_laboratory", "audiology_laboratory", "emergency_service"), 1
        )
        country.unit(
            "H", "D", "devlet_hastanesi", beds=900, khd_beds=90, imaging_devices=9, orthopaedic_visits=9_000,
            operating_tables=1, ent_visits=9_000, **flags,
        )  # fmt: skip
        country.unit("C", "D", "cocuk_hastanesi", beds=90).unit("A", "D", "adsm", dental_chairs=9)
        country.unit("G", "D", "saglik_grup_baskanligi").unit(
            "O", "D", "saglik_ocagi", catchment_population=900_000
        )
        country.province(55).district("E", 55, self.people[1], central=1).unit(
            "P", "E", self.kind, **self.columns
        )
        if self.clinics:
            country.training("P", *self.clinics)
        for title in self.titles:
            country.filled(title, 6 if title == self.before else {"hemsire": 500}.get(title, 100))
        if self.before:
            country.limit("standards", "H", self.before, 0).limit("standards", "C", self.before, 0)
        return country


HOUSE, GROUP = "il_saglik_mudurlugu", "saglik_grup_baskanligi"
SURGERY, FTR = "uzman.genel_cerrahi", "uzman.fizik_tedavi_ve_rehabilitasyon"
POOR = [
    Poor("B.1.d.2", "uzman.adli_tip", 1, HOUSE),
    Poor("B.1.d.3", "uzman.acil_tip", 1, "devlet_hastanesi", {"beds": 10}),
    Poor("B.1.g", "uzman.aile_hekimligi", 2, "eah", {"beds": 10}, ("aile_hekimligi", 1)),
    Poor("B.1.g", "uzman.acil_tip", 2, "eah", {"beds": 10}, ("acil_tip", 1)),
    Poor("B.4.a.2", "hemsire", 5, HOUSE),
    Poor("B.4.a.3", "hemsire", 1, GROUP),
    # 30,000 people make 14 GPs, all at the one dispensary; those of the health post ask for no nurses here.
    Poor("B.4.a.5", "hemsire", 14, "sitma_savas_dispanseri", before="pratisyen_tabip", people=(2_970_000, 30_000),
         sets=("B.4.a.4.per_physician=0",)),
    Poor("B.4.a.6", "hemsire", 4, "adsm", {"dental_chairs": 10}),
    Poor("B.4.a.8", "hemsire", 10, "devlet_hastanesi", {"beds": 30}),
    Poor("B.4.a.10", "hemsire", 10, "eah", {"beds": 30}),
    Poor("B.4.a.11", "hemsire", 5, "eah", {"beds": 10, "special_beds": 10}),
    Poor("B.4.a.13", "hemsire", 3, "dogum_cocuk_hastanesi", {"beds": 27}),
    Poor("B.4.b.2", "ebe", 3, HOUSE),
    Poor("B.4.b.6.a", "ebe", 10, "eah", {"beds": 40, "khd_beds": 20}),
    Poor("B.4.c.1.c", "anestezi_teknisyeni", 1, "devlet_hastanesi", {"beds": 50}, before=SURGERY),
    Poor("B.4.c.1.d", "anestezi_teknisyeni", 4, "devlet_hastanesi", {"beds": 50, "operating_tables": 4}),
    Poor("B.4.c.2.b", "cevre_sagligi_teknisyeni", 2, HOUSE),
    Poor("B.4.c.3.c", "dis_protez_teknisyeni", 1, "adsm", {"prosthesis_laboratory": 1}),
    Poor("B.4.c.5.c", "laboratuvar_teknisyeni", 1, "devlet_hastanesi", {"beds": 50, "laboratory": 1}),
    Poor("B.4.c.5.d", "laboratuvar_teknisyeni", 4, "devlet_hastanesi", {"laboratory": 1, "duty_24h": 1}),
    Poor("B.4.c.6.b", "ortopedi_teknisyeni", 1, "devlet_hastanesi", {"beds": 50}),
    Poor("B.4.c.6.c", "ortopedi_teknisyeni", 3, "eah", {"beds": 50}, ("ortopedi_ve_travmatoloji", 2)),
    Poor("B.4.c.6.d", "ortopedi_teknisyeni", 2, "kemik_hastanesi", {"beds": 50}),
    Poor("B.4.c.7.c", "rontgen_teknisyeni", 3, "devlet_hastanesi", {"imaging_devices": 3}),
    Poor("B.4.c.7.d", "rontgen_teknisyeni", 4, "devlet_hastanesi", {"imaging_devices": 1, "duty_24h": 1}),
    Poor("B.4.c.7.e", "rontgen_teknisyeni", 6, "eah", {"imaging_devices": 1}, ("radyodiagnostik", 3)),
    Poor("B.4.c.8.c", "toplum_sagligi_teknisyeni", 2, HOUSE),
    Poor("B.4.c.8.c", "toplum_sagligi_teknisyeni", 1, GROUP),
    Poor("B.5.1.b", "dis_tabibi", 5, "adsm", {"dental_chairs": 5}),
    Poor("B.5.1.d", "dis_tabibi", 1, HOUSE),
    Poor("B.5.2.c", "fizyoterapist", 6, "devlet_hastanesi", {"beds": 50}, before=FTR),
    Poor("B.5.2.e", "fizyoterapist", 2, "eah", {"beds": 50}, ("fizik_tedavi_ve_rehabilitasyon", 2)),
    Poor("B.5.3.b", "eczaci", 1, HOUSE),
    Poor("B.5.3.e", "eczaci", 3, "devlet_hastanesi", {"beds": 300}),
    Poor("B.5.4.b", "diyetisyen", 1, HOUSE),
    Poor("B.5.4.c", "diyetisyen", 1, "devlet_hastanesi", {"beds": 50}),
    # Every EAH is a hospital, so B.5.4.c asks for the same; here it asks for none.
    Poor("B.5.4.d", "diyetisyen", 1, "eah", {"beds": 50}, sets=("B.5.4.c.each_hospital=0",)),
    Poor("B.5.5.b", "psikolog", 1, HOUSE),
    Poor("B.5.5.e", "psikolog", 1, "devlet_hastanesi", {"beds": 50}),
    Poor("B.5.5.f", "psikolog", 3, "ruh_sagligi_hastanesi", {"beds": 600}),
    Poor("B.5.5.g", "psikolog", 3, "eah", {"beds": 50}, ("ruh_sagligi_ve_hastaliklari", 3)),
    # B.5.5.h and B.5.6.d ask for the same; one of them asks for none.
    Poor("B.5.5.h", "psikolog", 1, "ilce_gun_hastanesi", {"patient_rights_unit": 1},
         with_title="sosyal_calismaci", sets=("B.5.6.d.either=0",)),
    Poor("B.5.6.d", "psikolog", 1, "ilce_gun_hastanesi", {"patient_rights_unit": 1},
         with_title="sosyal_calismaci", sets=("B.5.5.h.either=0",)),
    Poor("B.5.6.b", "sosyal_calismaci", 1, HOUSE),
    Poor("B.5.6.e", "sosyal_calismaci", 1, "eah", {"beds": 50}),
    Poor("B.5.7.b", "odyolog", 1, "devlet_hastanesi", {"audiology_laboratory": 1}),
    Poor("B.5.7.c", "odyolog", 2, "eah", {"audiology_laboratory": 1}, ("kulak_burun_bogaz_hastaliklari", 2)),
]  # fmt: skip
