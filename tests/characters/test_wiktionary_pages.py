"""How pages of the Wiktionaries are found in a dump, and what is read of them."""

import bz2
import io
from pathlib import Path
from typing import Any

import pytest

from characters.wiktionary import dump
from characters.wiktionary.dump import Dump, DumpError, Page
from characters.wiktionary.facts import NOTHING_TAKEN, facts
from tests.characters.test_wiktionary import export, page


def english(text: str, section: str = "Japanese") -> tuple[dict[str, Any], list[str]]:
    """Values and problems of a page of the English Wiktionary with this section."""
    found = facts(Page("食", 1, f"=={section}==\n{text}", "en"))
    return found.values, found.problems


def japanese(text: str, section: str = "漢字") -> tuple[dict[str, Any], list[str]]:
    """Values and problems of a page of the Japanese Wiktionary with this section."""
    found = facts(Page("食", 1, f"=={section}==\n{text}", "ja"))
    return found.values, [problem for problem in found.problems if problem != NOTHING_TAKEN]


# ── The English Wiktionary ─────────────────────────────────

SIX = ["ジキ", "ショク", "ス", "ツ", "ジ", "チ"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{{ja-kanji}}", {}),
        ("{{ja-kanji|grade=|sn=}}", {}),
        ("{{ja-kanji|grade=2<!-- for now -->}}", {"grade": 2}),
        ("{{ja-kanji|grade=UC}}", {}),
        ("{{ja-kanji|grade=C}}", {"grade": 8}),
        ("{{ja-kanji|grade=2}}{{ja-kanji|grade=3}}", {"grade": 2}),
        ("{{ja-kanji|sn=1}}", {"stroke_count": 1}),
        ("{{ja-kanji|sn=64}}", {"stroke_count": 64}),
        ("{{ja-kanji|sn=９}}", {"stroke_count": 9}),
        ("{{ja-kanji|rad=食}}", {"radical": 184}),
        ("{{ja-kanji|rad=氵|rs=食00}}", {"radical": 85}),
        ("{{ja-kanji|rs=食00}}{{ja-kanji|rs=氵05}}", {"radical": 184}),
        ("{{ja-readings}}", {}),
        (
            "{{ja-readings|goon=じき|kanon=しょく|soon=す|toon=つ|kanyoon=じ|on=ち}}",
            {"on": SIX},
        ),
        ("{{ja-readings|kun='''た-べる''', ^は%。}}", {"kun": ["た.べる", "は"]}),
        ("{{ja-readings|kun=-べる, た-}}", {"kun": ["べる", "た"]}),
        ("{{ja-readings|kun=は, は-む, は}}", {"kun": ["は", "は.む"]}),
        ("{{ja-readings|nanori=ぐい, , うけ}}", {"nanori": ["ぐい", "うけ"]}),
    ],
)
def test_the_section_japanese_is_read(text, values):
    assert english(text) == (values, [])


@pytest.mark.parametrize(
    ("text", "values", "problem"),
    [
        ("{{ja-kanji|grade=12}}", {}, "grade '12' isn't known"),
        ("{{ja-kanji|sn=nine}}", {}, "stroke_count 'nine' isn't a number"),
        ("{{ja-kanji|sn=0}}", {}, "stroke_count 0 isn't between 1 and 64"),
        ("{{ja-kanji|sn=65}}", {}, "stroke_count 65 isn't between 1 and 64"),
        ("{{ja-kanji|rad=Q}}", {}, "radical 'Q' isn't one of the 214"),
        ("{{ja-kanji|grade=2\n===Readings===\n}}", {}, "{{ja-kanji}} isn't closed"),
        ("{{ja-readings|kun=は", {}, "{{ja-readings}} isn't closed"),
        ("{{ja-readings|kun=X, は}}", {"kun": ["は"]}, "kun reading 'X' isn't kana"),
        ("{{ja-readings|kun=Xは, ひ}}", {"kun": ["ひ"]}, "kun reading 'Xは' isn't kana"),
        ("{{ja-readings|on=しょ-く, じき}}", {"on": ["ジキ"]}, "on reading 'しょ-く' isn't kana"),
        ("{{ja-readings|nanori=う-け, ぐい}}", {"nanori": ["ぐい"]}, "nanori reading 'う-け' isn't kana"),
    ],
)
def test_problems_of_the_section_japanese_are_reported(text, values, problem):
    assert english(text) == (values, [problem])


@pytest.mark.parametrize(
    ("text", "values", "problems"),
    [
        ("{{Han char}}", {}, []),
        ("{{Han char|rn=1|sn=64}}", {"radical": 1, "stroke_count": 64}, []),
        ("{{Han char|rn=214|sn=8|snj=9}}", {"radical": 214, "stroke_count": 9}, []),
        ("{{Han char|rn=215}}", {}, ["radical 215 isn't between 1 and 214"]),
        ("{{Han char|snj=65}}", {}, ["stroke_count 65 isn't between 1 and 64"]),
        ("{{Han char|rn=184", {}, ["{{Han char}} isn't closed"]),
    ],
)
def test_the_section_translingual_is_read(text, values, problems):
    assert english(text, "Translingual") == (values, problems)


@pytest.mark.parametrize("glyph", ["氵", "Q"])
def test_the_radical_of_the_section_translingual_comes_first(glyph):
    text = f"{{{{ja-kanji|rs={glyph}05|sn=8}}}}\n==Translingual==\n{{{{Han char|rn=184|sn=9}}}}"
    assert english(text) == ({"radical": 184, "stroke_count": 8}, [])


@pytest.mark.parametrize("dialect", ["en", "ja"])
def test_a_page_without_text_is_a_problem(dialect):
    found = facts(Page("食", 1, "", dialect))
    assert (found.values, found.problems) == ({}, ["no text, or too long"])


@pytest.mark.parametrize("dialect", ["en", "ja"])
def test_a_page_without_a_section_on_kanji_has_no_facts(dialect):
    found = facts(Page("食", 1, "A word. [[Category:常用漢字]]", dialect))
    assert (found.values, found.problems) == ({}, [])


# ── The Japanese Wiktionary ────────────────────────────────


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("[[Category:教育漢字 第1学年]] [[Category:人名用漢字]]", {"grade": 1}),
        ("[[Category:教育漢字 第6学年]] [[Category:常用漢字]]", {"grade": 6}),
        ("[[Category:常用漢字]] [[Category:人名用漢字]]", {"grade": 8}),
        ("[[Category:人名用漢字]]", {"grade": 9}),
        ("* {{総画|64}}", {"stroke_count": 64}),
        ("* 総画: 64画", {"stroke_count": 64}),
        ("* {{部首|食}} 総画: 9画", {"radical": 184}),
        ("総画: 9画", {}),
        ("* 総画（中国）: 8画\n* 総画: 9画", {"stroke_count": 9}),
    ],
)
def test_grade_and_shape_are_read(text, values):
    assert japanese(text) == (values, [])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[Category:教育漢字 第7学年]] [[Category:常用漢字]]", "grade '第7学年' isn't known"),
        ("* {{部首}}", "radical '' isn't one of the 214"),
        ("* {{総画}}", "stroke_count '' isn't a number"),
        ("* {{総画|65}}", "stroke_count 65 isn't between 1 and 64"),
        ("* 総画: 65画", "stroke_count 65 isn't between 1 and 64"),
        ("* {{総画|九}} 総画: 9画", "stroke_count '九' isn't a number"),
        ("* {{総画|9", "{{総画}} isn't closed"),
    ],
)
def test_problems_of_grade_and_shape_are_reported(text, problem):
    assert japanese(text) == ({}, [problem])


@pytest.mark.parametrize("section", ["漢字", "日本語", "ja", "jpn", "{{L|ja}}", "[[日本語]]"])
def test_readings_stand_in_several_sections(section):
    assert japanese("* 音読み: ショク", section) == ({"on": ["ショク"]}, [])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("* 意味: たべる\n* 音読み: ショク", {"on": ["ショク"]}),
        ("* 音読み：ショク", {"on": ["ショク"]}),
        ("* 音読み: {{音|ショク}}", {"on": ["ショク"]}),
        ("* 訓読み: た-べる\n* 名のり: うけ\n* 名乗り: ぐい", {"kun": ["た.べる"], "nanori": ["うけ", "ぐい"]}),
        ("* 音読み\n** 呉音: ジキ\n** ショク\n** 表外: シ", {"on": ["ジキ", "ショク", "シ"]}),
        ("* 音読み\n** 呉音\n*** ジキ", {"on": ["ジキ"]}),
        ("* 音読み\n** 呉音（まれ）\n*** ジキ", {"on": ["ジキ"]}),
        ("** 呉音: ジキ", {}),
        ("* 音読み\n\n** ジキ", {}),
        ("* 音読み\n* 熟語\n** ショク", {}),
        ("* 訓読み: 常用漢字表内、は-む、常用外、ひ", {"kun": ["は.む", "ひ"]}),
        ("音読み: ショク", {}),
    ],
)
def test_lists_of_readings_are_read(text, values):
    assert japanese(text) == (values, [])


# ── Dumps ──────────────────────────────────────────────────


class DumpReader:
    """Reads the pages of 食 from dumps in a folder; records the last dump, and the positions that its progress gave."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "dump.xml"
        self.progress: list[tuple[int, int]] = []

    def __call__(self, data: bytes) -> list[Page]:
        self.path.write_bytes(data)
        self.dump = Dump(self.path, lambda position, size: self.progress.append((position, size)))
        assert self.dump.page_count == 0
        return list(self.dump.pages({"食"}))


@pytest.fixture
def read(tmp_path: Path) -> DumpReader:
    return DumpReader(tmp_path)


def message(read: DumpReader, data: bytes) -> str:
    with pytest.raises(DumpError) as caught:
        read(data)
    return str(caught.value)


FILLER = [page(f"word {number}", f"Number {number * 7919}") for number in range(30)]
DUMP = export(*FILLER, page("食", "One & two", revision=77), *FILLER)
FOUND = [Page("食", 77, "One & two", "en")]


class Recorder(io.BytesIO):
    """A file that records how much it is asked for at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.asked: set[int | None] = set()

    def read(self, size: int | None = None) -> bytes:
        self.asked.add(size)
        return super().read(size)


STREAMS = bz2.compress(DUMP[:3000]) + bz2.compress(DUMP[3000:])


@pytest.mark.parametrize("data", [DUMP, bz2.compress(DUMP), STREAMS], ids=["plain", "bz2", "streams"])
@pytest.mark.parametrize("size", [7, 100, 1000])
def test_a_dump_is_read_in_blocks(monkeypatch, data, size):
    monkeypatch.setattr(dump, "_BLOCK", size)
    file = Recorder(data)
    assert b"".join(dump._blocks(file)) == DUMP
    assert file.asked == {size}


@pytest.mark.parametrize("data", [DUMP, bz2.compress(DUMP), STREAMS], ids=["plain", "bz2", "streams"])
def test_the_progress_shows_how_much_has_been_read(read, monkeypatch, data):
    monkeypatch.setattr(dump, "_BLOCK", 100)
    assert read(data) == FOUND
    assert read.dump.page_count == 61
    assert read.progress == sorted(read.progress)
    assert read.progress[-1] == (len(data), len(data))


def test_a_compressed_dump_is_decompressed_in_blocks(read, monkeypatch):
    monkeypatch.setattr(dump, "_DECOMPRESSED", 1000)
    assert read(bz2.compress(DUMP)) == FOUND
    assert len(read.progress) > len(DUMP) / 1000


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b" \t\r\n", b"\n\n"], ids=["mark", "blanks", "lines"])
def test_a_dump_may_begin_with_a_byte_order_mark_or_blanks(read, before):
    assert read(before + DUMP) == FOUND


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"no dump", "neither bz2 nor XML (0 pages, byte 7 of 7)"),
        (b"", "neither bz2 nor XML (0 pages, byte 0 of 0)"),
        (b"<feed/>", "not a MediaWiki export (0 pages, byte 7 of 7)"),
        (b"<!DOCTYPE x><a/>", "not a MediaWiki export (0 pages, byte 16 of 16)"),
        (
            export(page("食", ""), wiki="frwiktionary"),
            "not a dump of the English or the Japanese Wiktionary (0 pages, byte 394 of 394)",
        ),
        (bz2.compress(b"<mediawiki>")[:-1], "the file ends in the middle of a bz2 stream (0 pages, byte 48 of 48)"),
    ],
    ids=["text", "empty", "another root", "doctype", "another wiki", "cut"],
)
def test_another_file_is_refused(read, data, problem):
    assert message(read, data) == f"dump.xml: {problem}"


def test_damage_is_located(read):
    data = export(*[page(str(number), "") for number in range(1100)])
    data = data.replace(b"</mediawiki>", b"<page><x></page>")
    problem = "broken XML, mismatched tag: line 1102, column 11 (1,100 pages after page 1099, byte"
    assert message(read, data) == f"dump.xml: {problem} {len(data):,} of {len(data):,})"


def test_the_dialect_is_also_read_from_the_address(read):
    address = b"<base>https://ja.wiktionary.org/wiki/X</base>"
    assert [one.dialect for one in read(DUMP.replace(b"<dbname>enwiktionary</dbname>", address))] == ["ja"]


def test_a_page_that_is_too_long_has_no_text(read, monkeypatch):
    monkeypatch.setattr(dump, "_MAX_TEXT", 70_000)
    monkeypatch.setattr(dump, "_BLOCK", 1000)
    long = "食" * 70_000
    assert [one.text for one in read(export(page("食", long), page("食", long + "x"), page("食", "x")))] == [
        long,
        "",
        "x",
    ]


def test_pages_without_revision_or_text_are_counted(read):
    whole = page("食", "One", revision=7)
    no_revision = whole[: whole.index("<revision>")] + "</page>"
    no_text = whole[: whole.index("<text")] + "</revision></page>"
    assert read(export(no_revision, no_text)) == [Page("食", 7, "", "en")]
    assert read.dump.page_count == 2


@pytest.mark.parametrize(
    "other", [page("飲", "x"), page("食", "x", namespace=10), page("食", "x", extra='<redirect title="飲" />')]
)
def test_other_pages_are_passed_over(read, other):
    assert read(export(other, page("食", "One & two", revision=77), other)) == FOUND
    assert read.dump.page_count == 3
