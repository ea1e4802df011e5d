"""Practice sheets: their page, their PDF files, and which characters they show."""

import io
import re
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from characters.catalogue import facts, literals, rows
from characters.models import Character
from characters.sheets import layout, pdf, typeface, views
from characters.sheets.api import SheetThrottle
from characters.sheets.options import MAKING, MAX_COPIES, SQUARES, SheetSerializer, _caption
from characters.sheets.views import COOKIE
from ml.strokes import references

pytestmark = pytest.mark.django_db

URL = "/api/v1/sheets/"
PAGE = "/sheets/"
TEN = "日月火水木金土山川田"
LABELS = layout.Labels("Name", "Date", "Credits")


@pytest.fixture
def anyone() -> Client:
    return Client()


def read(client: Client, **parameters: str | int) -> PdfReader:
    answer = client.get(URL, parameters)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/pdf"
    return PdfReader(io.BytesIO(answer.content), strict=True)


def code_of(answer) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/json"
    [error] = answer.json()["errors"]
    assert error["detail"]
    return answer.status_code, error["code"]


def text_of(file: PdfReader) -> str:
    return "".join(page.extract_text() for page in file.pages)


def size_mm(file: PdfReader) -> tuple[float, float]:
    box = file.pages[0].mediabox
    return round(float(box.width) / 72 * 25.4, 1), round(float(box.height) / 72 * 25.4, 1)


def shades(page: layout.Page, path: str) -> list[float]:
    """The greys in which `path` is drawn, from left to right."""
    return [line.grey for line in sorted(page.lines, key=lambda line: line.matrix[4]) if line.path == path]


def test_a_sheet_names_the_readings_and_numbers_the_strokes(anyone):
    text = text_of(read(anyone, characters="食"))
    assert "た（べる）" in text
    assert "eat" in text
    for number in range(1, 10):
        assert str(number) in text
    assert "KanjiVG, CC BY-SA 3.0" in text
    assert "Name" in text


def test_strokes_are_curves_and_no_image(anyone):
    [page] = read(anyone, characters="食", steps=0).pages
    assert list(page.images) == []
    shapes = cast(DictionaryObject, cast(DictionaryObject, page["/Resources"])["/XObject"])
    assert [shape.get_object()["/Subtype"] for shape in shapes.values()] == ["/Form"]
    [shape] = [shape.get_object().get_data().decode() for shape in shapes.values()]
    assert shape.count(" m ") == 9
    assert " c " in shape


@pytest.mark.parametrize(("paper", "size"), [("a4", (210, 297)), ("letter", (215.9, 279.4))])
def test_a_sheet_has_the_size_of_its_paper(anyone, paper, size):
    assert size_mm(read(anyone, characters=TEN, paper=paper)) == size
    assert size_mm(read(anyone, kind="manuscript", grid=200, paper=paper)) == size
    assert size_mm(read(anyone, kind="manuscript", grid=400, paper=paper)) == size[::-1]


def test_a_row_has_the_reference_fading_copies_and_empty_squares():
    [page] = layout.practice([layout.Entry("一", "")], paper="a4", squares=8, copies=3, has_steps=False, labels=LABELS)
    [path] = {line.path for line in page.lines if line.matrix != layout.UPRIGHT}
    drawn = shades(page, path)
    assert len(drawn) == 4
    assert drawn == sorted(drawn)
    assert drawn[0] == 0
    assert len(set(drawn)) == 4


@pytest.mark.parametrize("literal", ["一", "食", "鷹"])
def test_each_step_adds_one_stroke(literal):
    [page] = layout.practice(
        [layout.Entry(literal, "")], paper="a4", squares=8, copies=0, has_steps=True, labels=LABELS
    )
    strokes = references()[literal]
    numbers = [text.text for text in page.texts if text.text.isdigit()]
    assert numbers == [str(number) for number in range(1, len(strokes) + 1)]
    shapes = [line for line in page.lines if line.matrix != layout.UPRIGHT]
    assert sum(line.grey == 0 for line in shapes) == len(strokes) + 1  # each new stroke, and the reference


@pytest.mark.parametrize("paper", layout.PAPERS)
@pytest.mark.parametrize("squares", SQUARES)
@pytest.mark.parametrize("has_steps", [True, False])
def test_nothing_leaves_the_page(paper, squares, has_steps):
    entries = [layout.Entry(literal, "ショク " * 40) for literal in "鷹一あ食8"]
    pages = layout.practice(
        entries, paper=paper, squares=squares, copies=MAX_COPIES, has_steps=has_steps, labels=LABELS
    )
    pages += layout.manuscript("「食べる。" * 20, paper=paper, squares=200, labels=LABELS)
    pages += layout.manuscript("食" * 19 + "食。" + "「ー、" * 20, paper=paper, squares=400, labels=LABELS)
    for page in pages:
        for line in page.lines:
            numbers = [float(number) for number in re.findall(r"-?[\d.]+", line.path)]
            for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                a, b, c, d, e, f = line.matrix
                assert 5 <= a * x + c * y + e <= page.width - 5
                assert 5 <= b * x + d * y + f <= page.height - 5
        for text in page.texts:
            if text.matrix[0]:
                assert text.matrix[4] + typeface.width(text.text) * text.size <= page.width - 5


def test_every_character_can_be_printed(anyone):
    known = literals()
    for start in range(0, len(known), 500):
        for literal in known[start : start + 500]:
            layout.practice([layout.Entry(literal, "")], paper="a4", squares=8, copies=1, has_steps=True, labels=LABELS)
    assert len(read(anyone, characters="".join(known[1000:1100])).pages) > 10


@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_the_typeface_has_every_letter_of_the_captions_and_labels(anyone, language):
    with translation.override(language):
        captions = [_caption(Character(literal=row["literal"], script=row["script"], **facts(row))) for row in rows()]
        form = SheetSerializer(data={"characters": "日月"})
        assert form.is_valid()
        labels = [text.text for page in form.sheet.pages() for text in page.texts]
    missing = {letter for text in captions + labels for letter in text if not typeface.has(letter)}
    assert missing == set()
    assert any("1" in label for label in labels)


@pytest.mark.parametrize(("language", "name"), [("en", "Name"), ("ja", "名前"), ("fr", "Nom")])
def test_a_sheet_is_in_the_readers_language(anyone, language, name):
    file = read(Client(headers={"Accept-Language": language}), characters="日")
    assert name in text_of(file)
    assert file.root_object["/Lang"] == language


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "required"),
        ({"characters": " 、。"}, "required"),
        ({"characters": "永鿿"}, "unknown_characters"),
        ({"characters": "".join(literals()[:101])}, "too_many_characters"),
        ({"characters": "日" * 101, "kind": "manuscript"}, "too_many_characters"),
        ({"characters": "日" * 401}, "max_length"),
        ({"characters": "日\0"}, "null_characters_not_allowed"),
        ({"characters": "日", "kind": "poster"}, "invalid_choice"),
        ({"characters": "日", "paper": "a3"}, "invalid_choice"),
        ({"characters": "日", "squares": "7"}, "invalid_choice"),
        ({"characters": "日", "grid": "300"}, "invalid_choice"),
        ({"characters": "日", "copies": "6"}, "max_value"),
        ({"characters": "日", "copies": "-1"}, "min_value"),
        ({"characters": "日", "steps": "perhaps"}, "invalid"),
    ],
)
def test_a_wrong_parameter_is_400_with_a_code(anyone, parameters, code):
    assert code_of(anyone.get(URL, parameters)) == (400, code)


def test_a_sheet_has_a_hundred_characters_at_most(anyone):
    assert read(anyone, characters="".join(literals()[:100]) + " \n", steps=0)
    assert len(read(anyone, characters="日" * 101).pages) == 1  # a practice sheet shows each once
    assert read(anyone, characters="日" * 100 + "\n \n", kind="manuscript")


def test_a_cached_sheet_is_304_until_the_catalogue_changes(anyone):
    first = anyone.get(URL, {"characters": "日"})
    assert first.content == anyone.get(URL, {"characters": "日"}).content
    again = {"If-None-Match": first["ETag"]}
    assert anyone.get(URL, {"characters": "日"}, headers=again).status_code == 304
    assert anyone.get(URL, {"characters": "月"}, headers=again).status_code == 200
    assert anyone.get(URL, {"characters": "日"}, headers={**again, "Accept-Language": "fr"}).status_code == 200
    character = Character.objects.get(literal="日")
    character.meanings_en = ["sunshine"]
    character.save()
    changed = anyone.get(URL, {"characters": "日"}, headers=again)
    assert changed.status_code == 200
    assert "sunshine" in text_of(PdfReader(io.BytesIO(changed.content)))


@pytest.mark.usefixtures("throttles")
def test_sheets_are_limited_by_their_characters(anyone, monkeypatch):
    monkeypatch.setattr(SheetThrottle, "rate", "12/hour")
    hundred = "".join(literals()[:100])
    assert anyone.get(URL, {"characters": hundred}).status_code == 200  # 11 of 12
    assert anyone.get(URL, {"characters": "日"}).status_code == 200
    refused = anyone.get(URL, {"characters": "日"})
    assert refused.status_code == 429
    assert refused.json()["code"] == "throttled"
    assert int(refused["Retry-After"]) > 0


def test_one_sheet_is_made_at_a_time(anyone, monkeypatch):
    held = []

    def draw(*_: object) -> bytes:
        held.append(MAKING.locked())
        return b""

    monkeypatch.setattr(views, "svg", draw)
    monkeypatch.setattr(pdf, "pdf", draw)
    assert anyone.get(PAGE, {"characters": "日"}).status_code == 200
    assert anyone.get(URL, {"characters": "日"}).status_code == 200
    assert held == [True, True]
    assert not MAKING.locked()


def test_manuscript_paper_is_read_down_from_the_right():
    [page] = layout.manuscript("日月\n火", paper="a4", squares=200, labels=LABELS)
    sun, moon, fire = [line.matrix[4:] for line in page.lines if line.matrix != layout.UPRIGHT]
    assert sun[0] == moon[0] > fire[0]
    assert sun[1] == fire[1] < moon[1]


@pytest.mark.parametrize("twentieth", ["日", "」"])
def test_punctuation_does_not_begin_a_column(twentieth):
    [page] = layout.manuscript("日" * 19 + twentieth + "。月", paper="a4", squares=200, labels=LABELS)
    sun, *_rest, last, moon = [line.matrix[4:] for line in page.lines if line.matrix != layout.UPRIGHT]
    [stop] = [text for text in page.texts if text.text == "。"]
    assert stop.matrix[5] > last[1]  # below the column's last square
    assert stop.matrix[4] > moon[0]
    assert moon[1] == sun[1]  # at the top of the next column


@pytest.mark.parametrize("before", [3, 20])
def test_a_bracket_shares_the_square_of_the_full_stop_before_it(before):
    [page] = layout.manuscript("日" * before + "。」月", paper="a4", squares=200, labels=LABELS)
    first, second, *_rest, last, moon = [line.matrix[4:] for line in page.lines if line.matrix != layout.UPRIGHT]
    side = second[1] - first[1]
    [(x, y)] = [text.matrix[4:] for text in page.texts if text.text == "」"]
    assert abs(x - last[0]) < side
    assert last[1] + side < y < last[1] + 2 * side
    assert moon == pytest.approx((last[0], last[1] + 2 * side)) if before < 20 else moon[1] == first[1]


def test_a_long_vowel_and_brackets_lie_on_their_side():
    [page] = layout.manuscript("コー「」", paper="a4", squares=200, labels=LABELS)
    vowel, *brackets = [text.matrix[:4] for text in page.texts if text.text in "ー「」"]
    assert vowel == (0, 1, 1, 0)  # mirrored, as it is written
    assert brackets == [(0, 1, -1, 0)] * 2


def test_manuscript_paper_keeps_repeated_characters_and_is_empty_without_text(anyone):
    [page] = layout.manuscript("日日日", paper="a4", squares=400, labels=LABELS)
    assert page.characters == "日日日"
    [empty] = layout.manuscript("", paper="a4", squares=400, labels=LABELS)
    assert [line for line in empty.lines if line.matrix != layout.UPRIGHT] == []
    assert len(read(anyone, kind="manuscript").pages) == 1


def test_a_long_text_continues_on_further_pages():
    pages = layout.manuscript("日\n" * 50, paper="a4", squares=400, labels=LABELS)
    assert [len(page.characters) for page in pages] == [20, 20, 10]


# The page


def sheets_on(page: str) -> list[str]:
    return re.findall(r'<svg class="worksheet-page"[^>]*aria-label="([^"]*)"', page)


def pdf_of(page: str) -> dict[str, list[str]]:
    [address] = re.findall(r'href="(/api/v1/sheets/\?[^"]+)"', page)
    return parse_qs(urlsplit(address.replace("&amp;", "&")).query)


def test_the_page_shows_the_sheet_and_offers_it_as_pdf(anyone):
    page = anyone.get(PAGE, {"characters": TEN}).content.decode()
    assert sheets_on(page) == ["Page 1: 日 月 火 水 木 金", "Page 2: 土 山 川 田"]
    assert pdf_of(page)["characters"] == [TEN]
    assert 'data-paper="a4"' in page


def test_the_page_without_characters_offers_the_form(anyone):
    answer = anyone.get(PAGE)
    assert answer.status_code == 200
    assert sheets_on(answer.content.decode()) == []
    assert '<textarea id="characters"' in answer.content.decode()


def test_the_page_leaves_out_what_the_catalogue_lacks_and_says_so(anyone):
    page = anyone.get(PAGE, {"characters": "日鿿月"}).content.decode()
    assert "Left out because they are not in the catalogue: 鿿" in page
    assert pdf_of(page)["characters"] == ["日月"]
    text = anyone.get(PAGE, {"characters": "日鿿月", "kind": "manuscript"}).content.decode()
    assert "Left out because they are not in the catalogue: 鿿" in text
    assert pdf_of(text)["characters"] == ["日\u3000月"]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"characters": "".join(literals()[:101])}, "A sheet can have at most 100 characters."),
        ({"characters": "日", "paper": "<a3>"}, "Select a valid choice."),
        ({"characters": "鿿"}, "Choose at least one of the 3,175 characters."),
    ],
)
def test_the_page_explains_a_wrong_parameter(anyone, parameters, sentence):
    answer = anyone.get(PAGE, parameters)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert "<a3>" not in answer.content.decode()


def test_the_page_remembers_the_options_but_not_the_characters(anyone):
    asked = {"characters": "日", "squares": "12", "copies": "1", "steps": "0", "paper": "letter"}
    assert "日" not in anyone.get(PAGE, asked).cookies[COOKIE].value
    later = pdf_of(anyone.get(PAGE, {"characters": "月"}).content.decode())
    assert (later["squares"], later["copies"], later["steps"], later["paper"]) == (["12"], ["1"], ["False"], ["letter"])


@pytest.mark.parametrize("cookie", ["squares=7", "kind=%00", "copies=many&paper=a4", "=&&;%FF"])
def test_a_faulty_cookie_counts_as_none(anyone, cookie):
    anyone.cookies[COOKIE] = cookie
    answer = anyone.get(PAGE, {"characters": "日"})
    assert answer.status_code == 200
    assert pdf_of(answer.content.decode())["squares"] == ["8"]


@pytest.mark.parametrize(
    ("languages", "paper"),
    [("en-US,en;q=0.5", "letter"), ("fr-CA", "letter"), ("en-GB", "a4"), ("ja", "a4"), ("", "a4"), ("en,en-US", "a4")],
)
def test_the_paper_is_the_usual_one_of_the_browsers_region(languages, paper):
    page = Client(headers={"Accept-Language": languages}).get(PAGE, {"characters": "日"}).content.decode()
    assert pdf_of(page)["paper"] == [paper]


def test_a_search_of_the_catalogue_is_printed_in_parts(anyone):
    page = anyone.get("/characters/?grade=1&ordering=strokes").content.decode()
    [address] = re.findall(r'class="found-sheet" href="([^"]+)"', page)
    first = anyone.get(address.replace("&amp;", "&"))
    assert len(pdf_of(first.content.decode())["characters"][0]) == 80
    assert pdf_of(first.content.decode())["characters"][0].startswith("一")
    second = anyone.get("/sheets/?grade=2&part=2").content.decode()
    assert len(pdf_of(second)["characters"][0]) == 60
    assert '<a href="?grade=2&amp;part=2" aria-current="page">101–160</a>' in second
    assert anyone.get("/sheets/?grade=2&part=3").status_code == 404


@pytest.mark.parametrize("query", ["grade=x", "grade=2&part=0", "grade=2&part=x", "grade=2&part=99999999999"])
def test_a_faulty_selection_is_404(anyone, query):
    assert anyone.get(f"{PAGE}?{query}").status_code == 404


@pytest.mark.parametrize("path", ["characters/永/", "characters/?q=永"])
def test_pages_of_characters_link_to_a_sheet(anyone, path):
    page = anyone.get(f"/{path}").content.decode()
    [address] = re.findall(r'href="(/sheets/\?[^"]+)"', page)
    assert pdf_of(anyone.get(address.replace("&amp;", "&")).content.decode())["characters"] == ["永"]
