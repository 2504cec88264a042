"""A small country for the tests: 2 provinces, 4 districts, 12 units, written as CSV files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from pdc.law import reading
from pdc.tables.schema import Column, Table
from pdc.tables.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    titles=frozenset(
        {
            "pratisyen_tabip",
            "hemsire",
            "ebe",
            "eczaci",
            "acil_tip_teknisyeni",
            "anestezi_teknisyeni",
            "toplum_sagligi_teknisyeni",
            "fizyoterapist",
            "uzman.genel_cerrahi",
            "uzman.ic_hastaliklari",
            "uzman.goz_hastaliklari",
        }
    ),
    raw_titles={
        ("saglik_memuru", "toplum_sagligi"): "toplum_sagligi_teknisyeni",
        ("saglik_teknikeri", "anestezi"): "anestezi_teknisyeni",
        ("saglik_teknikeri", "acil_tip"): "acil_tip_teknisyeni",
        ("fizik_tedavi_teknikeri", ""): "fizyoterapist",
    },
    excluded=frozenset({"bastabip", "klinik_sefi", "asistan"}),
    statuses=frozenset({"657", "4924", "aile_hekimi", "aile_sagligi_elemani", "4B"}),
    schema=reading.load().schema,
    title_names={"hemsire": ("Hemşire", "Bakım Görevlisi"), "ebe": ("Ebe", "Bakım Görevlisi")},
)

NAMES = tuple(VOCABULARY.schema.tables)


def tables() -> Mapping[str, Table]:
    """Tables of the health law by name."""
    return VOCABULARY.schema.tables


def columns(name: str) -> tuple[Column, ...]:
    """Columns of one of them, in the order of docs/data.md."""
    return tables()[name].columns


Rows = list[list[str]]

TABLES: Mapping[str, str] = {
    "provinces": """
        province_code|province|service_region|metropolitan|family_medicine|crude_birth_rate|population_factor|visits_per_head
        4|Ağrı|6|0|0|27.5|1|3.2
        34|İstanbul|1|1|1|14|1.15|
        """,
    "districts": """
        district_code|province_code|district|etf_population|central|metropolitan_centre|latitude|longitude
        TR-04-001|4|Merkez|120000|1|0|39.72|43.05
        TR-04-002|4|Doğubayazıt|110000|0|0||
        TR-34-001|34|Şişli|270000|1|1|41.06|28.99
        TR-34-002|34|Kadıköy|480000|1|1||
        """,
    "units": """
        unit_code|district_code|unit|kind|branch|parent_unit|not_ready|beds|special_beds|khd_beds|laboratory|outpatient_visits|bed_occupancy|access_factor|source
        A01|TR-04-001|Ağrı Sağlık Müdürlüğü|il_saglik_mudurlugu|||0|0|0|0|0|0|||
        A02|TR-04-001|Ağrı Devlet Hastanesi|devlet_hastanesi|||hemsire;ebe|250|30|40|1|400000|82.5|1.1|yıllık
        A03|TR-04-001|Ağrı 1 Nolu Sağlık Ocağı|saglik_ocagi|||0|0|0|0|1|30000|||
        A04|TR-04-002|Doğubayazıt Devlet Hastanesi|devlet_hastanesi|||0|100|10|20|1|200000|||
        A05|TR-04-002|Doğubayazıt Semt Polikliniği|semt_poliklinigi||A04|0|0|0|0|0|20000|||
        A06|TR-04-002|Doğubayazıt 112|istasyon_112_a|||1|0|0|0|0|0|||
        B01|TR-34-001|İstanbul Sağlık Müdürlüğü|il_saglik_mudurlugu|||0|0|0|0|0|0|||
        B02|TR-34-001|Şişli EAH|eah|||0|700|100|60|1|1500000|90||
        B03|TR-34-002|Göz EAH|eah_dal|goz_hastaliklari||0|150|0|0|1|500000|||
        B04|TR-34-002|Kadıköy AÇSAP|acsap|||0|0|0|0|0|15000|||
        B05|TR-34-002|Kadıköy ADSM|adsm|||0|0|0|0|0|90000|||
        B06|TR-34-002|Kadıköy Sağlık Ocağı|saglik_ocagi|||0|0|0|0|0|60000|||
        """,
    "training": """
        unit_code|branch|clinics
        B02|genel_cerrahi|3
        B02|ic_hastaliklari|2
        B03|goz_hastaliklari|4
        """,
    "staff": """
        unit_code|title|branch|status|filled|vacant
        A02|hemsire||657|80|10
        A02|uzman|genel_cerrahi|657|5|1
        A02|uzman.ic_hastaliklari||4924|4|0
        A03|pratisyen_tabip||657|6|2
        A03|saglik_memuru|toplum_sagligi|657|3|0
        B02|hemsire||4B|50|0
        B02|klinik_sefi|genel_cerrahi|657|3|0
        B06|pratisyen_tabip||aile_hekimi|12|0
        |uzman|tibbi_genetik|657|9|0
        """,
    "standards": """
        unit_code|title|posts
        A02|hemsire|120
        """,
    "capacity": """
        unit_code|title|posts
        B03|uzman.goz_hastaliklari|40
        """,
}


def rows(table: str) -> Rows:
    """Rows of a table of the example country, headings first."""
    return [line.strip().split("|") for line in TABLES[table].strip().splitlines()]


def write_csv(path: Path, table: Rows, *, separator: str = ",", encoding: str = "utf-8") -> None:
    """Write rows to a CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(table)


def write_country(folder: Path, changes: Mapping[str, Rows | None] | None = None) -> Path:
    """Write the example country; ``changes`` replaces a table's rows, None leaves its file out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        table = (changes or {}).get(name, rows(name))
        if table is not None:
            write_csv(folder / f"{name}.csv", table)
    return folder
