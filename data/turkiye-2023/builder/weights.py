"""Where the staff of a title works: the weights by which filled posts lie in the units (modelled).

Close to what a unit needs (beds, visits, people), but not the planning weights: this is how staff had come
to lie, so unit noise and the unevenness of the provinces go on top (staff.py).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from builder.branches import branches_of_dal, branches_of_kind
from builder.common import Floats, Settings
from builder.hospitals import is_hospital

SEMT_BRANCHES = {
    "ic_hastaliklari",
    "cocuk_sagligi_ve_hastaliklari",
    "kadin_hastaliklari_ve_dogum",
    "goz_hastaliklari",
    "kulak_burun_bogaz_hastaliklari",
    "deri_ve_zuhrevi_hastaliklari",
    "aile_hekimligi",
}


class Weights:
    """Weights of every title, one number a unit, 0 where the title does not work."""

    def __init__(self, units: pd.DataFrame, places: pd.DataFrame, settings: Settings) -> None:
        by_code = places.set_index("district_code")
        self.units = units
        self.settings = settings
        self.kind = units["kind"]
        self.hospital = is_hospital(units)
        self.inpatient = self.hospital | self._is("ilce_gun_hastanesi")
        self.inpatient |= self._is("saglik_merkezi") & (units["beds"] > 0).to_numpy()
        self.district = units["district_code"].map(by_code["people"]).to_numpy(float)
        province = units["district_code"].map(by_code["province_code"])
        people = places.groupby("province_code")["people"].sum()
        self.province = province.map(people).to_numpy(float)
        self.no_hospital = ~units["district_code"].map(by_code["has_hospital"]).to_numpy(bool)

    def _is(self, *kinds: str) -> np.ndarray:
        return self.kind.isin(kinds).to_numpy()

    def _n(self, column: str) -> Floats:
        return self.units[column].to_numpy(float)

    def of(self, title: str) -> Floats:
        """Return the weights of a planning title."""
        if title.startswith("uzman."):
            return self.specialist(title.removeprefix("uzman."))
        return np.asarray(getattr(self, title)(), dtype=float)

    def specialist(self, branch: str) -> Floats:
        """Beds of the hospitals that have the branch (from so many beds on); a few special places."""
        beds = self._n("beds")
        if branch == "halk_sagligi":
            return self._is("il_saglik_mudurlugu") * (1 + self.province / 2e6) + self._is(
                "saglik_grup_baskanligi"
            ) * np.minimum(self.district / 4e5, 2.0)
        limits = self.settings["staff"]["branch_from_beds"]
        least = limits.get(branch, limits["default"])
        general = self._is("devlet_hastanesi", "eah") & (beds >= least)
        weight = beds * general * np.where(self._is("eah"), 1.15, 1.0)
        dal = [branch in branches_of_dal(own) for own in self.units.loc[self.kind == "eah_dal", "branch"]]
        weight[np.flatnonzero(self._is("eah_dal"))[dal]] = beds[np.flatnonzero(self._is("eah_dal"))[dal]]
        for kind in self.kind[self.hospital].unique():
            allowed = branches_of_kind(kind)
            if branch in allowed:
                own = 2.0 if branch == allowed[0] else 0.7
                weight = np.where(self._is(kind), beds * own, weight)
        if branch == "deri_ve_zuhrevi_hastaliklari":
            weight = np.where(self._is("diger_dal_hastanesi"), beds, weight)
        if branch in SEMT_BRANCHES:
            weight = np.where(self._is("semt_poliklinigi"), 8.0, weight)
        if branch == "adli_tip":
            weight = np.where(self._is("il_saglik_mudurlugu"), 250.0, weight)
        if branch == "aile_hekimligi":
            people = self._n("catchment_population")
            primary = self._is("saglik_ocagi", "saglik_merkezi") & self.no_hospital
            weight = np.where(primary, people / 800, np.sqrt(weight) * 4)
        return weight

    def _care(self) -> Floats:
        ward = self._n("beds") - self._n("special_beds") - self._n("khd_beds")
        return ward / 3 + self._n("special_beds") / 2 + self._n("khd_beds") / 9

    def _people(self, *kinds: str) -> Floats:
        return self._n("catchment_population") * self._is(*kinds)

    def _load(self, beds: float, visits: float, mask: np.ndarray) -> Floats:
        return (self._n("beds") / beds + self._n("outpatient_visits") / visits) * mask

    def pratisyen_tabip(self) -> Floats:
        """People in primary care, beds and emergencies at hospitals, shifts at type A stations."""
        return (
            self._people("saglik_ocagi", "saglik_merkezi") / 4_500
            + self._is("istasyon_112_a") * 4.0
            + self._is("istasyon_112_b") * 0.10
            + self._is("devlet_hastanesi") * (self._n("beds") / 25 + self._n("emergency_visits") / 35_000)
            + self._is("eah") * self._n("beds") * 0.02
            + self._is("eah_dal") * self._n("beds") * 0.01
            + self._is("dogum_cocuk_hastanesi", "cocuk_hastanesi") * 5.0
            + self._is("saglik_merkezi", "ilce_gun_hastanesi") * 1.0
            + self._is("il_saglik_mudurlugu") * (2 + self.province / 60_000)
            + self._is("verem_savas_dispanseri", "acsap", "semt_poliklinigi") * 1.0
            + self._is("sitma_savas_dispanseri", "kanser_savas_dispanseri") * 1.0
        )

    def hemsire(self) -> Floats:
        """Nursing load of beds at hospitals, people in primary care, chairs, dispensaries."""
        return (
            self._care() * np.where(self.inpatient, 1.35, 0.0)
            + self._people("saglik_ocagi", "saglik_merkezi") / 5_500
            + self._n("dental_chairs") / 4 * self._is("adsm", "dis_cene_cerrahisi_merkezi")
            + self._is("istasyon_112_a") * 0.7
            + self._is("acsap", "verem_savas_dispanseri", "semt_poliklinigi") * 2.0
            + self._is("sitma_savas_dispanseri", "kanser_savas_dispanseri") * 2.0
            + self._is("il_saglik_mudurlugu") * 8.0
            + self._is("saglik_grup_baskanligi") * 1.0
        )

    def ebe(self) -> Floats:
        """Health houses, people in primary care, obstetric beds."""
        return (
            self._is("saglik_evi") * 0.75
            + self._people("saglik_ocagi", "saglik_merkezi") / 3_000
            + self._n("khd_beds") / 1.6 * self.inpatient
            + self._people("devlet_hastanesi", "ilce_gun_hastanesi") / 10_000
            + self._is("acsap") * 4.0
            + self._is("il_saglik_mudurlugu") * 4.0
        )

    def anestezi_teknisyeni(self) -> Floats:
        """Operating tables and operations."""
        mask = self.inpatient | self._is("adsm", "dis_cene_cerrahisi_merkezi")
        return (self._n("operating_tables") + self._n("operations") / 1_500) * mask

    def cevre_sagligi_teknisyeni(self) -> Floats:
        """Directorates and group directorates by people; a few sağlık ocakları."""
        return (
            self._is("il_saglik_mudurlugu") * (3 + self.province / 400_000)
            + self._is("saglik_grup_baskanligi") * (0.6 + self.district / 40_000)
            + self._people("saglik_ocagi") / 80_000
        )

    def dis_protez_teknisyeni(self) -> Floats:
        """Chairs of units with a prosthesis laboratory."""
        return self._n("prosthesis_laboratory") * (1 + self._n("dental_chairs") / 6)

    def acil_tip_teknisyeni(self) -> Floats:
        """112 stations and emergency services."""
        emergency = self._n("emergency_service") * (0.5 + self._n("emergency_visits") / 60_000)
        return (
            self._is("istasyon_112_a") * 8.0
            + self._is("istasyon_112_b") * 5.0
            + emergency * self.inpatient
            + self._n("duty_24h") * self._is("saglik_merkezi")
        )

    def laboratuvar_teknisyeni(self) -> Floats:
        """Units with a laboratory by beds and visits."""
        return self._n("laboratory") * (0.8 + self._load(30, 60_000, np.ones(len(self.units))))

    def ortopedi_teknisyeni(self) -> Floats:
        """Orthopaedic visits of hospitals."""
        return self._n("orthopaedic_visits") / 30_000 * self.hospital

    def rontgen_teknisyeni(self) -> Floats:
        """Imaging devices, more where there is duty."""
        return self._n("imaging_devices") * (1.0 + self._n("duty_24h")) + (
            self._n("outpatient_visits") / 150_000 * (self._n("imaging_devices") > 0)
        )

    def toplum_sagligi_teknisyeni(self) -> Floats:
        """People in primary care first, emergencies and directorates too."""
        return (
            self._people("saglik_ocagi", "saglik_merkezi") / 12_000
            + self._is("saglik_grup_baskanligi") * 0.8
            + self._is("il_saglik_mudurlugu") * 5.0
            + self._n("emergency_visits") / 60_000 * self.inpatient
            + self._is("ruh_sagligi_hastanesi") * self._n("beds") / 50
        )

    def tibbi_sekreter(self) -> Floats:
        """Beds and visits of inpatient units, chairs, directorates."""
        return (
            self._load(15, 60_000, self.inpatient)
            + self._is("adsm") * self._n("dental_chairs") / 10
            + self._is("il_saglik_mudurlugu") * 6.0
            + self._is("saglik_grup_baskanligi") * 0.4
        )

    def dis_tabibi(self) -> Floats:
        """Dental chairs; one or two at the directorate; some posts without a chair, as it was."""
        return (
            self._n("dental_chairs") * 1.1
            + self._is("il_saglik_mudurlugu") * 1.5
            + self._people("saglik_ocagi") * (self._n("dental_chairs") == 0) / 150_000
        )

    def uzman_dis_tabibi(self) -> Floats:
        """Chairs of dental centres, those of oral surgery before all."""
        return self._n("dental_chairs") * (self._is("adsm") + 2.5 * self._is("dis_cene_cerrahisi_merkezi"))

    def fizyoterapist(self) -> Floats:
        """Beds, those of physical-medicine and bone hospitals five times."""
        own = self._is("ftr_hastanesi", "kemik_hastanesi")
        return self._n("beds") * self.inpatient * np.where(own, 5.0, 1.0)

    def eczaci(self) -> Floats:
        """Hospitals by beds, directorates, some dental centres and group directorates."""
        return (
            self.hospital * (0.6 + self._n("beds") / 100)
            + self._is("il_saglik_mudurlugu") * (1 + self.province / 800_000)
            + self._is("adsm") * 0.3
            + self._is("saglik_grup_baskanligi") * 0.1
        )

    def diyetisyen(self) -> Floats:
        """Hospitals by beds, directorates, AÇS-AP."""
        others = 120.0 * self._is("il_saglik_mudurlugu") + 12.0 * self._is("acsap")
        return self.hospital * self._n("beds") + others

    def psikolog(self) -> Floats:
        """Psychiatric and neurological visits, beds, directorates, AÇS-AP with an adolescent unit."""
        return (
            self.hospital * (self._n("beds") / 250 + self._n("neuropsychiatric_visits") / 30_000)
            + self._is("il_saglik_mudurlugu") * 1.0
            + self._is("acsap") * self._n("adolescent_unit") * 0.6
        )

    def sosyal_calismaci(self) -> Floats:
        """Hospitals by beds and directorates."""
        return self.hospital * self._n("beds") / 250 + self._is("il_saglik_mudurlugu") * 1.0

    def odyolog(self) -> Floats:
        """Units with an audiology laboratory by ENT visits."""
        return self._n("audiology_laboratory") * (1 + self._n("ent_visits") / 40_000)

    def cocuk_gelisim_uzmani(self) -> Floats:
        """Children's, maternity and mental-health hospitals, EAH, AÇS-AP."""
        children = self._is("cocuk_hastanesi", "dogum_cocuk_hastanesi", "ruh_sagligi_hastanesi", "eah_dal")
        hospitals = children * self._n("beds") / 60 + self._is("eah") * self._n("beds") / 250
        return hospitals + self._is("acsap") * 0.4

    def tibbi_teknolog(self) -> Floats:
        """Large laboratories of hospitals."""
        return self.hospital * (self._n("beds") >= 200) * self._n("beds")

    def biyolog(self) -> Floats:
        """Laboratories by beds; public health laboratories of the directorates."""
        return self._n("laboratory") * (
            self.hospital * self._n("beds") / 100 + self._is("il_saglik_mudurlugu") * 3.0 + 0.15
        )
