"""Tables that curators import: what Excel and people make of them."""

import csv
import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from characters import facts
from characters.models import Character, Source
from characters.tables import TableError, decode, read_csv

pytestmark = pytest.mark.django_db

CHARACTERS = "/admin/characters/character/"
#: The table that shared cases have in other separators, encodings and with empty rows.
ROW = "永,everlasting; eternity; long; lengthy"
EMPTY_ROWS = "\r\n,\r\n,\r\n"


@pytest.fixture
def curator(client_of):
    return client_of("curator")


def preview(client: Any, raw: bytes, name: str = "table.csv") -> Any:
    file = SimpleUploadedFile(name, raw)
    return client.post(f"{CHARACTERS}import/", {"import_file": file, "format": int(name.endswith("x")), "resource": 0})


def confirm(client: Any, answer: Any) -> Any:
    return client.post(f"{CHARACTERS}process_import/", answer.context["confirm_form"].initial, follow=True)


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932"])
@pytest.mark.parametrize("end", ["\r\n", "\n", EMPTY_ROWS])
def test_a_table_is_read_in_any_separator_and_encoding(separator, encoding, end):
    text = f'literal,meanings_en\r\n永,"eternal; so long"{end}'.replace(",", separator)
    assert read_csv(decode(text.encode(encoding))).dict == [{"literal": "永", "meanings_en": "eternal; so long"}]


@pytest.mark.parametrize(
    ("separator", "encoding", "end"),
    [
        (",", "utf-8", "\n"),
        (";", "utf-8-sig", "\r\n"),
        ("\t", "utf-16", EMPTY_ROWS),
        (",", "utf-16-le", "\r\n"),
        (";", "cp932", EMPTY_ROWS),
    ],
)
def test_a_table_is_imported_in_any_separator_and_encoding(curator, separator, encoding, end):
    text = f'literal,meanings_en\r\n永,"eternal; so long"{end}'.replace(",", separator)
    answer = preview(curator, text.encode(encoding))
    assert answer.context["result"].totals["update"] == 1
    confirm(curator, answer)
    assert Character.objects.get(literal="永").meanings_en == ["eternal", "so long"]


def test_the_separator_can_be_named_in_the_first_line():
    table = read_csv("sep=;\nliteral;on\n永;エイ\n")
    assert table.dict == [{"literal": "永", "on": "エイ"}]
    assert table.sheet_rows == [3]


@pytest.mark.parametrize("spelt", ["Ａ", "ｶﾞ", "永\ufe0e", "か\u3099", "⻑"])
def test_a_row_names_its_character_in_any_spelling(curator, spelt):
    answer = preview(curator, f"literal,frequency\n{spelt},7\n".encode())
    assert answer.context["result"].totals["update"] == 1


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"\xff\xff\xfe literal", "is not text in UTF-8, UTF-16 or Shift_JIS"),
        (b"\x00\x01", "is not text"),
        (b"literal", "no rows below a heading"),
        (b"literal,on\n,\n,,\n", "no rows below a heading"),
        (b"literal,on,on\nx,y,z\n", "occur more than once: on"),
        ("literal,on\n永,エイ,ヨウ\n".encode(), "Row 2 has 3 cells, but the heading has 2"),
        ("literal,on\n\n\n永\n".encode(), "Row 4 has 1 cells, but the heading has 2"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_a_sentence(curator, raw, sentence):
    answer = preview(curator, raw)
    assert answer.status_code == 200
    assert sentence in answer.text
    assert_no_paths(answer)


def test_a_table_without_known_columns_says_which_are_known(curator):
    answer = preview(curator, "kanji;bedeutung\n永;ewig\n".encode())
    assert "needs the column literal and others of these: stroke_count" in answer.text
    assert "It has: kanji, bedeutung." in answer.text
    assert_no_paths(answer)


def test_unknown_columns_are_named_and_ignored(curator):
    answer = preview(curator, "literal,on,remark,colour\n永,エイ; ヨウ,new,red\n".encode())
    assert "are ignored: remark, colour" in answer.text
    assert answer.context["result"].totals["update"] == 1


@pytest.mark.parametrize("raw", [b"PK\x03\x04 not a workbook", b" "])
def test_a_damaged_workbook_is_refused_in_a_sentence(curator, raw):
    answer = preview(curator, raw, "table.xlsx")
    assert "can’t be read as an Excel workbook" in answer.text
    assert_no_paths(answer)


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("kun", "#NAME?", "“#NAME?” is an error of the spreadsheet"),
        ("meanings_en", "#VALUE!", "“#VALUE!” is an error of the spreadsheet"),
        ("frequency", "#N/A", "“#N/A” is an error of the spreadsheet"),
        ("jis", "Jan-31", "has made a date of this cell: “Jan-31”"),
        ("jis", "2009/1/31", "has made a date of this cell"),
        ("jis", "1月31日", "has made a date of this cell"),
        ("meanings_en", "31-Jan-09", "has made a date of this cell"),
        ("jis", "1-31", "“1-31” is not a JIS code. Write plane, row and cell, such as 1-31-09."),
        ("jis", "1-31-95", "is not a JIS code"),
        ("on", "しょく", "“しょく” is not an on reading. Write on readings in katakana"),
        ("kun", "タベル", "“タベル” is not a kun reading"),
        ("kun", "た.べ.る", "with one dot before the okurigana"),
        ("kun", "taberu", "is not a kun reading"),
        ("nanori", "エイ", "is not a reading in names"),
        ("components", "木木", "“木木” is not a single character"),
        ("variants", "old form", "is not a single character"),
        ("stroke_count", "many", "“many” is not a whole number from 1 to 64"),
        ("stroke_count", "00000000199", "is not a whole number from 1 to 64"),
    ],
)
def test_an_unusable_cell_is_refused_by_name(curator, column, cell, sentence):
    answer = preview(curator, f"literal;{column}\n人;\n永;{cell}\n".encode())
    assert "confirm_form" not in answer.context
    assert sentence in answer.text.replace("&quot;", '"')
    assert_no_paths(answer)
    if column != "stroke_count":
        assert f"<td>3</td><td>{column}</td>" in answer.text


def test_a_date_in_a_workbook_is_refused(curator):
    answer = preview(curator, workbook(["literal", "jis"], ["永", date(2009, 1, 31)]), "table.xlsx")
    assert "has made a date of this cell: “2009-01-31" in answer.text


def test_a_workbooks_numbers_and_empty_rows_are_taken(curator):
    answer = preview(curator, workbook(["literal", "frequency"], [None, None], ["永", 12.0]), "table.xlsx")
    assert answer.context["result"].totals["update"] == 1


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("on", "ショク；ジキ", ["ショク", "ジキ"]),
        ("on", "ｼｮｸ、ｼﾞｷ", ["ショク", "ジキ"]),
        ("on", "ショク, ジキ", ["ショク", "ジキ"]),
        ("kun", "た．べる、く・う", ["た.べる", "く.う"]),
        ("kun", "−あけ; あ.かり", ["-あけ", "あ.かり"]),
        ("components", "亻、木", ["亻", "木"]),
        ("variants", "國", ["國"]),
        ("meanings_en", "one, single；only", ["one, single", "only"]),
    ],
)
def test_lists_are_taken_as_an_input_method_types_them(curator, name, typed, stored):
    answer = preview(curator, f"literal\t{name}\n永\t{typed}\n".encode())
    confirm(curator, answer)
    assert getattr(Character.objects.get(literal="永"), name) == stored


@pytest.mark.parametrize("typed", ["１－３１－０９", "1-31-9", "1−31−09", '"=""1-31-09"""'])
def test_a_jis_code_is_taken_in_any_form(curator, typed):
    confirm(curator, preview(curator, f"literal,jis\n永,{typed}\n".encode()))
    assert Character.objects.get(literal="永").jis == "1-31-09"


def test_values_that_excel_would_change_are_exported_as_text_and_come_back(curator):
    forever = Character.objects.get(literal="永")
    forever.kun = ["-あけ", "なが.い"]
    forever.meanings_en = ["-ous", "=1+1"]
    forever.save()
    raw = curator.post(f"{CHARACTERS}export/?q=永", {"format": 0, "resource": 0}).content
    assert raw.startswith(b"\xef\xbb\xbf")
    [cells] = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    assert cells["jis"] == '="1-17-42"'
    assert cells["kun"] == '="-あけ; なが.い"'
    # As Excel saves it again: the text of each formula, in another encoding and with another separator.
    texts = [cell[2:-1] if cell.startswith('="') else cell for cell in cells.values()]
    saved = ";".join(cells) + "\r\n" + ";".join(f'"{text}"' for text in texts)
    for table in (raw, saved.encode("utf-16")):
        assert preview(curator, table).context["result"].totals["skip"] == 1


def test_every_committed_fact_is_valid():
    for character in Character.objects.all():
        for name in ("jis", "on", "nanori", "variants", "meanings_en", "meanings_fr"):
            value = getattr(character, name)
            assert facts.clean(name, value) == value


def test_known_items_stay_though_they_are_no_longer_valid(curator):
    inch = Character.objects.get(literal="吋")
    assert inch.kun == ["インチ"]
    confirm(curator, preview(curator, 'literal,kun\n吋,"インチ; いんち"\n'.encode()))
    inch.refresh_from_db()
    assert inch.kun == ["インチ", "いんち"]
    assert inch.sources["kun"]["source"] == Source.CURATOR


def test_a_preview_shows_each_change(curator):
    answer = preview(curator, "literal,frequency,on\n永,7,エイ\n食,328,ショク; ジキ\n".encode())
    changes = [(one.name, one.column, one.before, one.after) for one in answer.context["result"].changes]
    assert changes == [("永", "frequency", "846", "7")]
    assert "<td>846</td><td>7</td>" in answer.text


@pytest.mark.parametrize("raw", ["永".encode("utf-16"), "永".encode("cp932"), "永".encode()])
def test_text_is_decoded(raw):
    assert decode(raw) == "永"


def test_other_bytes_are_not_text():
    with pytest.raises(TableError, match="CSV UTF-8"):
        decode(b"\xfd\xfd\xfd")


def assert_no_paths(answer: Any) -> None:
    for trace in ("Traceback", "site-packages", "/work/", ".py"):
        assert trace not in answer.text
