import gzip
from collections import Counter

import pytest
from django.core.management import call_command

from characters import catalogue
from characters.models import Character, LookalikeGroup, Meaning, Reading
from ml.legibility import default_groups
from ml.raster import SIDE, ink_image
from ml.strokes import REFERENCE_SIDE, references
from tests.conftest import SHARED_DATA

pytestmark = pytest.mark.django_db


def test_there_are_3175_characters_75_71_2967_52_10_by_script():
    scripts = Counter(Character.objects.values_list("script", flat=True))
    assert scripts == {"hiragana": 75, "katakana": 71, "kanji": 2967, "latin": 52, "digit": 10}


def test_they_are_the_ones_the_drawings_use():
    expected = SHARED_DATA / "characters.txt"
    if not expected.exists():
        pytest.skip("needs the validation data beside the repository")
    assert list(Character.objects.values_list("literal", flat=True)) == expected.read_text("utf-8").split()


def test_file_references_and_rule_agree_on_the_characters_and_their_order():
    assert [row["literal"] for row in catalogue.rows()] == catalogue.literals() == list(references())


def test_grades_are_those_of_kanjidic2():
    grades = Counter(Character.objects.filter(script="kanji").values_list("grade", flat=True))
    assert [grades[grade] for grade in range(1, 7)] == [80, 160, 200, 202, 193, 191]
    assert set(grades) == {1, 2, 3, 4, 5, 6, 8, 9, 10, None}


def test_no_kanji_lacks_a_reading_a_radical_or_a_meaning():
    kanji = Character.objects.filter(script="kanji")
    assert not kanji.filter(radical=None).exists()
    assert not kanji.exclude(readings__kind__in=["on", "kun"]).exists()
    assert not kanji.exclude(meanings__language="en").exists()


def test_what_is_known_of_the_kanji_for_eternity():
    eternity = Character.objects.get(literal="永")
    assert (eternity.stroke_count, eternity.grade, eternity.radical, eternity.jlpt) == (5, 5, 85, 2)
    assert set(eternity.readings.filter(kind="on").values_list("text", flat=True)) == {"エイ"}
    assert set(eternity.readings.filter(kind="kun").values_list("text", flat=True)) == {"なが.い"}
    assert "eternity" in eternity.meanings.filter(language="en").values_list("text", flat=True)


def test_every_reference_lies_in_its_square_and_can_be_drawn():
    for strokes in references().values():
        assert all(stroke.min() >= 0 and stroke.max() <= REFERENCE_SIDE for stroke in strokes)
        assert ink_image(strokes).shape == (SIDE, SIDE)


def test_the_lookalike_groups_of_the_file_are_in_the_database():
    pooled = Character.objects.lookalikes()
    assert set(pooled) == set(default_groups())
    assert pooled["口"] == pooled["ロ"] != pooled["力"]


def test_loading_again_changes_nothing_that_a_curator_changed():
    Character.objects.filter(literal="口").update(lookalike_group=None, frequency=1)
    Character.objects.get(literal="永").delete()
    before = (LookalikeGroup.objects.count(), Reading.objects.count(), Meaning.objects.count())
    call_command("load_catalogue", verbosity=0)
    kept = Character.objects.get(literal="口")
    assert (kept.lookalike_group, kept.frequency) == (None, 1)
    assert Character.objects.get(literal="永").readings.count() == 7
    assert LookalikeGroup.objects.count() == before[0]
    assert Reading.objects.count() == before[1] + 7


def test_the_catalogue_can_be_rebuilt_from_its_sources(tmp_path, monkeypatch):
    from characters.management.commands import build_catalogue

    monkeypatch.setattr(build_catalogue, "CATALOGUE", tmp_path / "catalogue.csv")
    monkeypatch.setattr(build_catalogue, "REFERENCES", tmp_path / "references.txt")
    monkeypatch.setattr(build_catalogue, "literals", lambda: list("永あ7"))
    kanjidic = tmp_path / "kanjidic2.xml.gz"
    kanjidic.write_bytes(KANJIDIC)
    call_command("build_catalogue", kanjidic=kanjidic, verbosity=0)
    committed = {row["literal"]: row for row in catalogue.rows()}
    built = (tmp_path / "catalogue.csv").read_text("utf-8").splitlines()
    assert built[1] == "永,kanji,5,5,85,846,2,1-17-42,エイ,なが.い,え; のり,eternity; long,éternité"
    assert built[2].startswith("あ,hiragana,3,")
    assert committed["あ"]["stroke_count"] == "3"
    assert [line[0] for line in (tmp_path / "references.txt").read_text("utf-8").splitlines()] == list("永あ7")


KANJIDIC = gzip.compress(
    """<kanjidic2><character><literal>永</literal>
<codepoint><cp_value cp_type="ucs">6c38</cp_value><cp_value cp_type="jis208">1-17-42</cp_value></codepoint>
<radical><rad_value rad_type="classical">85</rad_value><rad_value rad_type="nelson_c">3</rad_value></radical>
<misc><grade>5</grade><stroke_count>5</stroke_count><stroke_count>6</stroke_count><freq>846</freq><jlpt>2</jlpt></misc>
<reading_meaning><rmgroup><reading r_type="pinyin">yong3</reading><reading r_type="ja_on">エイ</reading>
<reading r_type="ja_kun">なが.い</reading><meaning>eternity</meaning><meaning>long</meaning><meaning>long</meaning>
<meaning m_lang="fr">éternité</meaning></rmgroup><nanori>え</nanori><nanori>のり</nanori></reading_meaning>
</character></kanjidic2>""".encode()
)
