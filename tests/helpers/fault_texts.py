"""The exact words of every fault and warning in ``fault_cases.py``, Turkish and English."""

TEXTS: dict[str, list[tuple[str, str]]] = {
    "missing_path": [
        (
            "nowhere: böyle bir klasör ya da dosya yok; CSV dosyaları olan bir klasör ya da bir çalışma kitabı (.xlsx, .ods) bekleniyor.",
            "nowhere: no such folder or file; a folder of CSV files or a workbook (.xlsx, .ods) is expected.",
        ),
    ],
    "not_tables": [
        (
            "data.pdf: ne klasör ne de Excel çalışma kitabı; CSV dosyaları olan bir klasör ya da bir çalışma kitabı (.xlsx, .ods) bekleniyor.",
            "data.pdf: neither a folder nor an Excel workbook; a folder of CSV files or a workbook (.xlsx, .ods) is expected.",
        ),
    ],
    "open_document": [
        (
            "data.fods: bir OpenDocument dosyası, ama bir çalışma kitabı (.ods) değil; .ods ya da .xlsx olarak kaydedilmesi bekleniyor.",
            "data.fods: an OpenDocument file, but no workbook (.ods); it is expected to be saved as .ods or .xlsx.",
        ),
    ],
    "binary_workbook": [
        (
            "data.xlsb: ikili bir çalışma kitabı (.xlsb); .xlsx olarak kaydedilmesi bekleniyor.",
            "data.xlsb: a binary workbook (.xlsb); it is expected to be saved as .xlsx.",
        ),
    ],
    "short_rows": [
        (
            "units.csv:12: 2 satırda (ilki bu) başlıklardan az hücre var; olmayan hücreler boş sayıldı.",
            "units.csv:12: 2 rows (this is the first) have fewer cells than the headings; cells that are missing were taken as empty.",
        ),
    ],
    "hidden_rows": [
        (
            "data.xlsx[staff]:3: 2 gizli satır (ilki bu) okundu.",
            "data.xlsx[staff]:3: 2 hidden rows (this is the first) were read.",
        ),
    ],
    "hidden_column": [
        (
            "data.xlsx[districts]: B: gizli sütun okundu.",
            "data.xlsx[districts]: B: the hidden column was read.",
        ),
    ],
    "hidden_sheet": [
        (
            "data.xlsx[standards]: gizli sayfa okunmadı.",
            "data.xlsx[standards]: the hidden sheet was not read.",
        ),
    ],
    "seen_otherwise": [
        (
            "data.xlsx[staff]:2: E: 1 hücrenin (ilki bu) biçimi başka bir sayı gösteriyor: “12 bin” görünüyor, 12 okundu.",
            "data.xlsx[staff]:2: E: the format of 1 cell shows another number: “12 bin” is seen, 12 was read.",
        ),
    ],
    "struck": [
        (
            "data.xlsx[staff]:3: B: 1 satırda (ilki bu) üstü çizili hücre var; yine de okundu.",
            "data.xlsx[staff]:3: B: 1 row has cells that are struck through; they were read all the same.",
        ),
    ],
    "outlier": [
        (
            "units.csv:3: access_factor: “40” sütunun öteki değerlerinden çok uzak (ortancaları 1); birimi aynı mı?",
            "units.csv:3: access_factor: “40” is far from the other values of the column (their median is 1); is it in the same unit?",
        ),
    ],
    "repeated_rows": [
        (
            "staff.csv:11: title: 2 satır (ilki bu: A02, hemsire, 657) yukarıdaki bir satırla aynı birim, unvan, branş ve statü; toplandı.",
            "staff.csv:11: title: 2 rows (this is the first) are of the unit, title, branch and status of a row above (A02, hemsire, 657); they were added up.",
        ),
    ],
    "old_excel": [
        (
            "data.xls: eski biçim bir Excel dosyası; .xlsx olarak kaydedilmesi bekleniyor.",
            "data.xls: an Excel file of the old format; it is expected to be saved as .xlsx.",
        ),
    ],
    "protected": [
        (
            "data.xlsx: çalışma kitabı parolalı ya da eski biçimde; parolasız bir .xlsx bekleniyor.",
            "data.xlsx: the workbook is password-protected or of the old format; an .xlsx without password is expected.",
        ),
    ],
    "broken_workbook": [
        (
            "data.xlsx: çalışma kitabı açılamıyor; sağlam bir .xlsx dosyası bekleniyor.",
            "data.xlsx: the workbook cannot be opened; an undamaged .xlsx file is expected.",
        ),
    ],
    "unreadable": [
        (
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: dosya okunamıyor (OSError); okunabilir bir dosya bekleniyor.",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: the file cannot be read (OSError); a readable file is expected.",
        ),
    ],
    "missing_file": [
        (
            "staff.csv: dosya yok; “staff.csv” bekleniyor.",
            "staff.csv: the file is missing; “staff.csv” is expected.",
        ),
    ],
    "missing_sheet": [
        (
            "data.xlsx: sayfa yok; “staff” adlı bir sayfa bekleniyor.",
            "data.xlsx: the sheet is missing; a sheet named “staff” is expected.",
        ),
    ],
    "two_sources": [
        (
            "data: aynı tablo iki kez var (provinces.csv, İller.csv); bir tane bekleniyor.",
            "data: the same table is there twice (provinces.csv, İller.csv); one is expected.",
        ),
    ],
    "encoding": [
        (
            "staff.csv:3: harfler çözülemiyor; UTF-8 ya da Windows-1254 olarak kaydedilmiş bir dosya bekleniyor.",
            "staff.csv:3: the letters cannot be decoded; a file saved as UTF-8 or Windows-1254 is expected.",
        ),
    ],
    "not_text": [
        (
            "staff.csv: bu bir metin dosyası değil; CSV bekleniyor.",
            "staff.csv: this is not a text file; CSV is expected.",
        ),
    ],
    "quotes": [
        (
            "staff.csv:2: tırnak işareti kapanmıyor ya da yanlış yerde; tırnaklı her hücrenin tırnakla bitmesi bekleniyor.",
            "staff.csv:2: a quotation mark is not closed or out of place; every quoted cell is expected to end with one.",
        ),
    ],
    "no_heading_row": [
        (
            "training.csv: tablo boş; ilk satırda başlıklar bekleniyor.",
            "training.csv: the table is empty; headings are expected in the first row.",
        ),
    ],
    "no_rows": [
        (
            "units.csv: başlıkların altında satır yok; en az bir satır bekleniyor.",
            "units.csv: there is no row under the headings; at least one is expected.",
        ),
    ],
    "example_rows": [
        (
            "units.csv:14: şablonun örnek satırları duruyor (satır 14); silinmeleri bekleniyor.",
            "units.csv:14: example rows of the template are still there (row 14); they are expected to be deleted.",
        ),
    ],
    "separator": [
        (
            "staff.csv: hücreler “:” ile ayrılmış; virgül, noktalı virgül, sekme ya da | bekleniyor.",
            "staff.csv: its cells are parted by “:”; a comma, a semicolon, a tab or | is expected.",
        ),
    ],
    "missing_column": [
        (
            "districts.csv: etf_population: sütun yok; “etf_population” ya da “ETF Nüfusu” başlıklı bir sütun bekleniyor.",
            "districts.csv: etf_population: the column is missing; one headed “etf_population” or “ETF Nüfusu” is expected.",
        ),
    ],
    "twice": [
        (
            "units.csv: Yatak: “beds” ve “Yatak” başlıkları aynı sütunu (beds) anlatıyor; biri bekleniyor.",
            "units.csv: Yatak: the headings “beds” and “Yatak” mean the same column (beds); one of them is expected.",
        ),
    ],
    "too_many_cells": [
        (
            "staff.csv:2: satırda 7 hücre var; başlıklar kadar, 6 hücre bekleniyor (hücrede ayırıcı varsa tırnak içine alın).",
            "staff.csv:2: the row has 7 cells; as many as the headings, 6, are expected (quote a cell that holds the separator).",
        ),
    ],
    "merged_cell": [
        (
            "data.xlsx[units]:3: L: “400000” birleştirilmiş bir hücrede; her satırda kendi değeri bekleniyor.",
            "data.xlsx[units]:3: L: “400000” stands in a merged cell; a value of its own in each row is expected.",
        ),
    ],
    "uncalculated": [
        (
            "data.xlsx[units]:3: L: formülün sonucu dosyada yok; Excel’de açılıp kaydedilmiş bir çalışma kitabı ya da değer bekleniyor.",
            "data.xlsx[units]:3: L: the formula has no stored result; a workbook opened and saved in Excel, or a value, is expected.",
        ),
    ],
    "empty": [
        (
            "districts.csv:3: etf_population: hücre boş; 0 ya da daha büyük bir tam sayı bekleniyor.",
            "districts.csv:3: etf_population: the cell is empty; a whole number, 0 or more, is expected.",
        ),
    ],
    "not_number": [
        (
            "units.csv:3: beds: “çok” bir sayı değil; 0 ya da daha büyük bir tam sayı bekleniyor.",
            "units.csv:3: beds: “çok” is not a number; a whole number, 0 or more, is expected.",
        ),
    ],
    "not_finite": [
        (
            "units.csv:3: beds: “NaN” sonlu bir sayı değil; 0 ya da daha büyük bir tam sayı bekleniyor.",
            "units.csv:3: beds: “NaN” is not a finite number; a whole number, 0 or more, is expected.",
        ),
    ],
    "fraction": [
        (
            "units.csv:3: beds: “250.5” kesirli; 0 ya da daha büyük bir tam sayı bekleniyor.",
            "units.csv:3: beds: “250.5” has a fraction; a whole number, 0 or more, is expected.",
        ),
    ],
    "negative": [
        (
            "units.csv:3: beds: “-250” eksi; 0 ya da daha büyük bir tam sayı bekleniyor.",
            "units.csv:3: beds: “-250” is negative; a whole number, 0 or more, is expected.",
        ),
    ],
    "too_large": [
        (
            "units.csv:3: beds: “25000000000” çok büyük; en çok 1000000000 bekleniyor.",
            "units.csv:3: beds: “25000000000” is too large; at most 1000000000 is expected.",
        ),
    ],
    "grouped": [
        (
            "districts.csv:2: etf_population: “120.000” binlik mi kesir mi belli değil; ayırıcısız 0 ya da daha büyük bir tam sayı bekleniyor.",
            "districts.csv:2: etf_population: “120.000” may be thousands or a fraction; a whole number, 0 or more, without separators is expected.",
        ),
    ],
    "date": [
        (
            "provinces.csv:2: crude_birth_rate: “2015-01-14” bir tarih; 0 ya da daha büyük bir sayı bekleniyor (Excel sayıyı tarihe çevirmiş olabilir).",
            "provinces.csv:2: crude_birth_rate: “2015-01-14” is a date; a number, 0 or more, is expected (Excel may have turned a number into a date).",
        ),
    ],
    "excel_error": [
        (
            "units.csv:3: unit: “#YOK” bir Excel hatası; bir metin bekleniyor.",
            "units.csv:3: unit: “#YOK” is an Excel error; a text is expected.",
        ),
    ],
    "flag": [
        (
            "provinces.csv:2: metropolitan: “2” 0 ya da 1 değil; 1 (evet) ya da 0 (hayır) bekleniyor.",
            "provinces.csv:2: metropolitan: “2” is neither 0 nor 1; 1 (yes) or 0 (no) is expected.",
        ),
    ],
    "out_of_range": [
        (
            "provinces.csv:2: service_region: “7” aralık dışında; 1 ile 6 arası bekleniyor.",
            "provinces.csv:2: service_region: “7” is out of range; 1 to 6 is expected.",
        ),
    ],
    "not_positive": [
        (
            "units.csv:3: access_factor: “0” sıfır ya da eksi; sıfırdan büyük bir sayı bekleniyor.",
            "units.csv:3: access_factor: “0” is zero or negative; a number above zero is expected.",
        ),
    ],
    "not_ascii": [
        (
            "units.csv:7: unit_code: “Ü06” kodunda ASCII dışı bir harf var; İngiliz harfleri, rakamlar ve işaretler bekleniyor.",
            "units.csv:7: unit_code: the code “Ü06” holds a character outside ASCII; English letters, digits and signs are expected.",
        ),
    ],
    "ambiguous_word": [
        (
            "standards.csv:2: title: “Bakım Görevlisi” birden çok şeyin adı: Ebe [ebe]; Hemşire [hemsire]. Hangisi olduğu koduyla yazılmalı.",
            "standards.csv:2: title: “Bakım Görevlisi” is the name of several: Ebe [ebe]; Hemşire [hemsire]. Give the code of the one that is meant.",
        ),
    ],
    "unknown_kind": [
        (
            "units.csv:4: kind: “saglik_ocak” bilinen bir birim türü değil; bir türün adı ya da kodu bekleniyor. Şu mu demek istediniz: “saglik_ocagi”?",
            "units.csv:4: kind: “saglik_ocak” is not a known kind of unit; a kind’s name or code is expected. Did you mean “saglik_ocagi”?",
        ),
    ],
    "unknown_status": [
        (
            "staff.csv:2: status: “4A” bilinen bir istihdam statüsü değil; şunlardan biri bekleniyor: 4924, 4B, 657, aile_hekimi, aile_sagligi_elemani.",
            "staff.csv:2: status: “4A” is not a known employment status; one of these is expected: 4924, 4B, 657, aile_hekimi, aile_sagligi_elemani.",
        ),
    ],
    "unknown_title": [
        (
            "staff.csv:2: title: “hemsirre” bilinen bir unvan değil; bir planlama unvanı, kuralların eşlediği ya da dışarıda bıraktığı bir unvan bekleniyor. Şu mu demek istediniz: “hemsire”?",
            "staff.csv:2: title: “hemsirre” is not a known title; a planning title, or one that the rules map or leave out, is expected. Did you mean “hemsire”?",
        ),
    ],
    "unknown_planning_title": [
        (
            "standards.csv:2: title: “saglik_memuru” bir planlama unvanı değil; bir planlama unvanının adı ya da kodu bekleniyor.",
            "standards.csv:2: title: “saglik_memuru” is not a planning title; the name or code of a planning title is expected.",
        ),
    ],
    "unknown_branch": [
        (
            "staff.csv:6: branch: “saglik_memuru” unvanının “toplum_sagligim” branşı kurallarda yok; şunlardan biri bekleniyor: toplum_sagligi. Şu mu demek istediniz: “toplum_sagligi”?",
            "staff.csv:6: branch: the rules have no branch “toplum_sagligim” for the title “saglik_memuru”; one of these is expected: toplum_sagligi. Did you mean “toplum_sagligi”?",
        ),
    ],
    "no_branch_wanted": [
        (
            "staff.csv:6: branch: “fizik_tedavi_teknikeri” unvanı branşsızdır, “toplum_sagligi” yazılmış; boş hücre bekleniyor.",
            "staff.csv:6: branch: the title “fizik_tedavi_teknikeri” takes no branch, “toplum_sagligi” is given; an empty cell is expected.",
        ),
    ],
    "branch_missing": [
        (
            "staff.csv:3: branch: “uzman” unvanının branşı boş; bir branş bekleniyor.",
            "staff.csv:3: branch: the title “uzman” has no branch; a branch is expected.",
        ),
    ],
    "duplicate": [
        (
            "training.csv:3: branch: “B02, genel_cerrahi” 2. satırda da var; her biri bir kez bekleniyor.",
            "training.csv:3: branch: “B02, genel_cerrahi” is also in row 2; each is expected once.",
        ),
    ],
    "dangling": [
        (
            "staff.csv:2: unit_code: “A99” units tablosunda yok; oradaki bir unit_code bekleniyor.",
            "staff.csv:2: unit_code: “A99” is not in units; a unit_code of that table is expected.",
        ),
    ],
    "unknown_name": [
        (
            "districts.csv:4: İl: “Istanbol” adı provinces tablosunda yok; oradaki bir ad ya da kod sütunu bekleniyor.",
            "districts.csv:4: İl: the name “Istanbol” is not in provinces; a name of that table, or a code column, is expected.",
        ),
    ],
    "ambiguous_name": [
        (
            "districts.csv:5: İl: “Ağrı” adı provinces tablosunda birden çok (34, 4); kod sütunu bekleniyor.",
            "districts.csv:5: İl: the name “Ağrı” is there more than once in provinces (34, 4); a code column is expected.",
        ),
    ],
    "no_district": [
        (
            "provinces.csv:4: province_code: Ankara (6) ilinin hiç ilçesi yok; districts tablosunda en az bir ilçe bekleniyor.",
            "provinces.csv:4: province_code: province Ankara (6) has no district; at least one in districts is expected.",
        ),
    ],
    "no_central": [
        (
            "districts.csv:2: central: Ağrı (4) ilinin merkez ilçesi yok; bir merkez ilçe bekleniyor.",
            "districts.csv:2: central: province Ağrı (4) has no central district; one is expected.",
        ),
    ],
    "two_central": [
        (
            "districts.csv:3: central: Ağrı (4) ilinde birden çok merkez ilçe var (TR-04-001, TR-04-002); bir merkez ilçe bekleniyor (birden çoğu yalnız metropolitan_centre = 1 ise).",
            "districts.csv:3: central: province Ağrı (4) has several central districts (TR-04-001, TR-04-002); one is expected (several only where metropolitan_centre = 1).",
        ),
    ],
    "no_population": [
        (
            "districts.csv: etf_population: nüfus her ilçede 0; en az bir ilçede nüfus bekleniyor.",
            "districts.csv: etf_population: the population is 0 in every district; at least one with people is expected.",
        ),
    ],
    "parts": [
        (
            "units.csv:3: beds: special_beds 30 + khd_beds 221 toplamı 250 sayısından çok; en çok 250 bekleniyor.",
            "units.csv:3: beds: special_beds 30 + khd_beds 221 together exceed all (250); at most 250 is expected.",
        ),
    ],
    "parent_missing": [
        (
            "units.csv:6: parent_unit: semt_poliklinigi türünün bağlı olduğu birim boş; o birimin unit_code’u bekleniyor.",
            "units.csv:6: parent_unit: a semt_poliklinigi without the unit it belongs to; the unit_code of that unit is expected.",
        ),
    ],
    "parent_kind": [
        (
            "units.csv:6: parent_unit: semt_poliklinigi, “A03” birimine (saglik_ocagi) bağlı olamaz; bu türün bağlanabileceği bir birim bekleniyor.",
            "units.csv:6: parent_unit: a semt_poliklinigi cannot belong to “A03” (saglik_ocagi); a unit that may have one is expected.",
        ),
    ],
    "training_kind": [
        (
            "training.csv:2: unit_code: “A02” (devlet_hastanesi) eğitim verilen bir tür değil; şunlardan biri bekleniyor: eah, eah_dal.",
            "training.csv:2: unit_code: “A02” (devlet_hastanesi) is not of a kind that trains; one of these is expected: eah, eah_dal.",
        ),
    ],
    "unknown_column": [
        (
            "units.csv: özell yatak: bilinmeyen sütun, okunmadı. Şu mu demek istediniz: “special_beds”?",
            "units.csv: özell yatak: unknown column, not read. Did you mean “special_beds”?",
        ),
    ],
    "unknown_sheet": [
        (
            "data.xlsx[capasity]: bilinmeyen tablo, okunmadı. Şu mu demek istediniz: “capacity”?",
            "data.xlsx[capasity]: unknown table, not read. Did you mean “capacity”?",
        ),
    ],
    "no_heading": [
        (
            "units.csv: 15. sütunun başlığı yok, okunmadı.",
            "units.csv: column 15 has no heading, not read.",
        ),
    ],
    "name_disagrees": [
        (
            "districts.csv:4: İl: “Ağrı” adı 34 kodunun adı değil; kod esas alındı.",
            "districts.csv:4: İl: the name “Ağrı” is not that of code 34; the code was taken.",
        ),
        (
            "districts.csv:5: İl: “Ağrı” adı 34 kodunun adı değil; kod esas alındı.",
            "districts.csv:5: İl: the name “Ağrı” is not that of code 34; the code was taken.",
        ),
    ],
    "code_changed": [
        (
            "units.csv:2: unit_code: “4592.0” kodu 4592 sayıldı; böyle 1 kod var (Excel ya da başka bir program .0 eklemiş, sıfırları atmış olabilir).",
            "units.csv:2: unit_code: the code “4592.0” was taken for 4592; there are 1 such codes (Excel or another program may have added .0 or lost noughts).",
        ),
    ],
    "branch_wanted": [
        (
            "units.csv:10: branch: eah_dal türündeki birimin branşı boş; bir branş beklenir.",
            "units.csv:10: branch: the eah_dal has no branch; one is expected.",
        ),
    ],
    "branch_ignored": [
        (
            "units.csv:3: branch: branş yalnız şu türler içindir: eah_dal; “kardiyoloji” okunmadı sayılır.",
            "units.csv:3: branch: a branch is for these kinds only: eah_dal; “kardiyoloji” has no effect.",
        ),
    ],
    "parent_ignored": [
        (
            "units.csv:4: parent_unit: bağlı birim yalnız şu türler içindir: semt_poliklinigi; “A02” okunmadı sayılır.",
            "units.csv:4: parent_unit: a parent unit is for these kinds only: semt_poliklinigi; “A02” has no effect.",
        ),
    ],
    "near_branch": [
        (
            "training.csv:2: branch: “genel_cerahi” planlanan branşlardan biri değil. Şu mu demek istediniz: “genel_cerrahi”?",
            "training.csv:2: branch: “genel_cerahi” is not one of the planned branches. Did you mean “genel_cerrahi”?",
        ),
    ],
    "small_percent": [
        (
            "units.csv:3: bed_occupancy: “0,825” yüzde olarak çok küçük; 70 gibi bir sayı beklenir (0,70 değil).",
            "units.csv:3: bed_occupancy: “0,825” is very small for a percentage; a number such as 70 is expected (not 0.70).",
        ),
    ],
}
