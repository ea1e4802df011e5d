"""import_wiktionary with small dumps in the format of the English and the Japanese Wiktionary."""

import bz2
from io import StringIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from django.core.management import CommandError, call_command

from characters.models import Character, Source, Term

pytestmark = pytest.mark.django_db

EAT_EN = """
==Translingual==
{{character info}}
===Han character===
{{Han char|rn=184|rad=食|as=00|sn=9|four=80732|canj=OIAV}}

==Chinese==
{{zh-pron|m=shí|c=sik6}}
{{ja-readings|goon=ちが|kun=ちが-う}}

==Japanese==
===Kanji===
{{ja-kanji|grade=2|rs=食00}}

====Readings====
{{ja-readings
|goon=じき
|kanon=しょく<しょく
|kun=た-べる<た-ぶ, く-う<く-ふ, [[くらう|く-らう]] "to devour", は-む, め-す (honorific)
|nanori=ぐい, うけ
}}

====Compounds====
* {{ja-r|食べ物|た%べ もの}}

==Korean==
{{ko-hanja|hangeul=식|grade=6}}
"""

EAT_JA = """
==[[漢字]]==
* {{部首|食|0}}
* [[総画]] : 9画
* 総画（中国・韓国）: 8画
===意義===
# たべる。
[[Category:漢字|しよく]]
[[Category:教育漢字 第2学年|しよく]]
[[Category:常用漢字|しよく]]

=={{L|ja}}==
===={{pron|ja}}====
* 音読み
** [[呉音]] : [[ジキ]]
** [[漢音]] : [[ショク]]（シヨク）、[[シ]]（表外）
* 訓読み
*: [[たべる|た-べる]]、[[くう|く－う]]、[[はむ|は-む]]（表外）
* 別の事: ちがう

=={{zh}}==
* 訓読み: ちが-う
"""


def page(title: str, text: str, revision: int = 77, namespace: int = 0, extra: str = "") -> str:
    return (
        f"<page><title>{title}</title><ns>{namespace}</ns><id>5</id>{extra}<revision><id>{revision}</id>"
        f"<contributor><username>N</username><id>3</id></contributor><model>wikitext</model>"
        f'<text bytes="1" xml:space="preserve">{escape(text)}</text></revision></page>\n'
    )


def export(*pages: str, wiki: str = "enwiktionary", version: str = "0.11") -> bytes:
    return (
        f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-{version}/" version="{version}" xml:lang="en">'
        f"<siteinfo><sitename>Wiktionary</sitename><dbname>{wiki}</dbname></siteinfo>\n{''.join(pages)}</mediawiki>"
    ).encode()


@pytest.fixture
def run(tmp_path: Path) -> Any:
    """Import a file of these bytes, compressed by default, and return its output and its errors."""

    def command(data: bytes, *options: str, packed: bool = True) -> str:
        path = tmp_path / "dump.xml.bz2"
        path.write_bytes(bz2.compress(data) if packed else data)
        output = command.output = StringIO()  # type: ignore[attr-defined]
        call_command("import_wiktionary", str(path), *options, stdout=output, stderr=output)
        return output.getvalue()

    return command


def kanji(literal: str) -> Character:
    return Character.objects.get(literal=literal)


def blank(literal: str, **facts: Any) -> None:
    """A character without facts, whose source would be KANJIDIC2."""
    row = kanji(literal)
    row.learn(
        {"grade": None, "radical": None, "stroke_count": 1, "on": [], "kun": [], "nanori": [], **facts}, Source.KANJIDIC
    )
    row.save()


def test_the_english_wiktionary_gives_all_six_facts(run):
    blank("食")
    run(export(page("食", EAT_EN, revision=4711)))
    row = kanji("食")
    assert (row.grade, row.radical, row.stroke_count) == (2, 184, 9)
    assert row.on == ["ジキ", "ショク"]
    assert row.kun == ["た.べる", "く.う", "く.らう", "は.む", "め.す"]
    assert row.nanori == ["ぐい", "うけ"]
    assert row.sources["kun"] == {"source": "en.wiktionary", "revision": 4711}
    assert row.sources["meanings_en"] == {"source": "kanjidic2"}


def test_the_japanese_wiktionary_gives_all_six_facts(run):
    blank("食")
    run(export(page("食", EAT_JA, revision=12), wiki="jawiktionary", version="0.10"))
    row = kanji("食")
    assert (row.grade, row.radical, row.stroke_count) == (2, 184, 9)
    assert (row.on, row.kun) == (["ジキ", "ショク", "シ"], ["た.べる", "く.う", "は.む"])
    assert row.sources["grade"] == {"source": "ja.wiktionary", "revision": 12}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("==漢字==\n* 部首: {{部首|食}}\n* {{画数|9}}\n{{教育漢字|第２学年}}", (2, 184, 9)),
        ("==漢字==\n* [[部首]] : [[Wiktionary:漢字索引 部首 食|食]] + 0画\n* 総画: 9画\n{{常用漢字}}", (8, 184, 9)),
        ("==漢字==\n*{{部首|氵|5}}\n*{{総画|9}}\n[[カテゴリ:人名用漢字|しよく]]", (9, 85, 9)),
    ],
)
def test_the_japanese_wiktionary_is_read_in_all_its_notations(run, text, facts):
    blank("食")
    run(export(page("食", text), wiki="jawiktionary"))
    row = kanji("食")
    assert (row.grade, row.radical, row.stroke_count) == facts


@pytest.mark.parametrize(("written", "grade"), [("6", 6), ("7", 8), ("c", 8), ("8", 9), ("n", 9), ("9", None)])
def test_english_grades_become_the_catalogues(run, written, grade):
    blank("食")
    run(export(page("食", f"==Japanese==\n{{{{ja-kanji|grade={written}|rs=食00}}}}")))
    assert (kanji("食").grade, kanji("食").radical) == (grade, 184)


def test_the_stroke_count_is_the_one_used_in_japan(run):
    blank("食")
    run(export(page("食", "==Translingual==\n{{Han char|rn=184|sn=8|snj+=9}}")))
    assert kanji("食").stroke_count == 9


def test_a_stroke_count_other_than_the_diagrams_is_not_taken(run):
    blank("餅")
    run(export(page("餅", "==Translingual==\n{{Han char|rn=184|sn=14}}")))
    assert (kanji("餅").radical, kanji("餅").stroke_count) == (184, 1)


def test_search_terms_and_history_follow_an_import(run):
    blank("食")
    run(export(page("食", EAT_EN)))
    row = kanji("食")
    assert Term.objects.filter(character=row, key="たべる").exists()
    newest = row.history.latest()
    assert (newest.kun, newest.history_change_reason) == (row.kun, "English Wiktionary")


def test_a_second_import_writes_nothing(run):
    blank("食")
    run(export(page("食", EAT_EN)))
    row, entries = kanji("食"), kanji("食").history.count()
    output = run(export(page("食", EAT_EN, revision=78)))
    assert "0 values of 0 characters changed" in output
    assert (kanji("食").modified_at, kanji("食").sources) == (row.modified_at, row.sources)
    assert row.history.count() == entries


def test_another_order_of_readings_is_not_a_change(run):
    blank("食", on=["ショク", "ジキ"])
    run(export(page("食", "==Japanese==\n{{ja-readings|goon=じき|kanon=しょく}}")))
    assert kanji("食").on == ["ショク", "ジキ"]
    assert kanji("食").sources["on"] == {"source": "kanjidic2"}


def test_a_dry_run_prints_every_change_and_writes_nothing(run):
    blank("食", grade=3)
    before = Character.objects.filter(literal="食").values().get()
    entries = kanji("食").history.count()
    output = run(export(page("食", EAT_EN)), "--dry-run")
    assert "食  grade: 3 → 2\n" in output
    assert "食  kun: – → た.べる; く.う; く.らう; は.む; め.す\n" in output
    assert (
        "Read 1 pages, 1 of them about kanji; 6 values of 1 characters would change; skipped 0 invalid values."
        in output
    )
    assert Character.objects.filter(literal="食").values().get() == before
    assert kanji("食").history.count() == entries


def test_an_import_prints_what_a_dry_run_prints(run):
    blank("食", grade=3)
    assert "食  grade: 3 → 2\n" in run(export(page("食", EAT_EN)))


def test_an_import_keeps_a_curators_facts(run):
    blank("食")
    row = kanji("食")
    row.learn({"grade": 1, "on": ["クラ"]}, Source.CURATOR)
    row.save()
    output = run(export(page("食", EAT_EN)))
    assert (kanji("食").grade, kanji("食").on, kanji("食").radical) == (1, ["クラ"], 184)
    assert "grade:" not in output


@pytest.mark.parametrize(
    "other",
    [
        page("食", EAT_EN, namespace=10),
        page("食", EAT_EN, extra='<redirect title="飲" />'),
        page("食べる", EAT_EN),
        page("Template:食", EAT_EN, namespace=10),
        page("食", EAT_EN.replace("==Japanese==", "==Okinawan==").replace("==Translingual==", "==Miyako==")),
        page("食", f"<!-- {EAT_EN} -->"),
    ],
)
def test_pages_that_are_not_articles_on_japanese_kanji_are_ignored(run, other):
    blank("食")
    run(export(other))
    assert (kanji("食").kun, kanji("食").grade, kanji("食").stroke_count) == ([], None, 1)


@pytest.mark.parametrize(
    ("good", "bad", "reason", "name"),
    [
        ("grade=2", "grade=12", "grade '12' isn't known", "grade"),
        ("sn=9", "sn=nine", "stroke_count 'nine' isn't a number", "stroke_count"),
        ("sn=9", "sn=65", "stroke_count 65 isn't between 1 and 64", "stroke_count"),
        ("rn=184", "rn=215", "radical 215 isn't between 1 and 214", None),
        ("{{ja-kanji|grade=2|rs=食00}}", "{{ja-kanji|grade=2|rs=食00", "{{ja-kanji}} isn't closed", "grade"),
        ("goon=じき", "goon=jiki", "on reading 'jiki' isn't kana", None),
    ],
)
def test_an_invalid_value_is_reported_and_the_others_are_imported(run, good, bad, reason, name):
    blank("食")
    output = run(export(page("食", EAT_EN.replace(good, bad, 1))))
    assert f"食 (revision 77): {reason}\n" in output
    assert "skipped 1 invalid values." in output
    row = kanji("食")
    assert row.kun[0] == "た.べる"
    assert "ショク" in row.on
    if name:
        assert row.sources[name] == {"source": "kanjidic2"}


def test_invalid_values_of_the_japanese_wiktionary_are_reported(run):
    blank("食")
    text = (
        EAT_JA.replace("{{部首|食|0}}", "{{部首|口口|0").replace("第2学年", "第7学年").replace(": 9画", ": {{総画|九}}")
    )
    output = run(export(page("食", text), wiki="jawiktionary"))
    for reason in ("{{部首}} isn't closed", "grade '第7学年' isn't known", "stroke_count '九' isn't a number"):
        assert f"食 (revision 77): {reason}\n" in output
    assert kanji("食").on == ["ジキ", "ショク", "シ"]


FILLER = "".join(page(f"word {number}", f"==English==\nA word, number {number * 7919}.") for number in range(20000))


@pytest.mark.parametrize("cut", ["the end", "the middle"])
def test_pages_before_damage_in_a_bz2_file_are_imported(run, cut):
    blank("食")
    data = bytearray(bz2.compress(export(page("食", EAT_EN), FILLER, page("飲", EAT_EN)), 1))
    if cut == "the end":
        data = data[: len(data) * 2 // 3]
    else:
        data[len(data) // 2 : len(data) // 2 + 100] = bytes(100)
    where = r"dump.xml.bz2: .* pages after page word \d+, byte .*"
    with pytest.raises(CommandError, match=where + "; the changes before it are saved"):
        run(bytes(data), packed=False)
    assert kanji("食").grade == 2
    assert "食  grade: – → 2" in run.output.getvalue()


def test_pages_before_broken_xml_are_imported(run):
    blank("食")
    broken = export(page("食", EAT_EN), "<page><title>x</title></ns>", page("飲", EAT_EN))
    with pytest.raises(CommandError, match=r"broken XML, mismatched tag: line \d+.*1 pages after page 食"):
        run(broken)
    assert kanji("食").grade == 2


def test_multistream_and_unpacked_dumps_are_read_alike(run):
    for data in (export(page("食", EAT_EN)), export(page("食", EAT_EN), version="0.3")):
        blank("食")
        run(data, packed=False)
        assert kanji("食").grade == 2
        blank("食", grade=5)
        run(bz2.compress(data[:300]) + bz2.compress(data[300:]), packed=False)
        assert kanji("食").grade == 2


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "neither bz2 nor XML"),
        (b"PK\x03\x04", "neither bz2 nor XML"),
        (b"BZh9 but no more", "Invalid data stream"),
        (b"<feed><entry/></feed>", "not a MediaWiki export"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><mediawiki/>', "not a MediaWiki export"),
        (export(page("食", EAT_EN), wiki="frwiktionary"), "not a dump of the English or the Japanese Wiktionary"),
        (export(page("食", EAT_EN))[:-400], "broken XML"),
    ],
)
def test_a_file_that_is_not_a_dump_is_refused(run, data, message):
    with pytest.raises(CommandError, match=message):
        run(data, packed=False)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(CommandError, match="doesn't exist"):
        call_command("import_wiktionary", str(tmp_path / "none.xml.bz2"))
