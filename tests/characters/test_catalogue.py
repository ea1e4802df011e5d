import gzip
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from characters import catalogue
from characters.models import Character, LookalikeGroup, Source, StrokeOrder, Term
from ml.legibility import default_groups
from ml.raster import SIDE, ink_image
from ml.strokes import REFERENCE_SIDE, references
from tests.conftest import SHARED_DATA

pytestmark = pytest.mark.django_db


def test_the_catalogue_has_3175_characters_in_five_scripts():
    scripts = Counter(Character.objects.values_list("script", flat=True))
    assert scripts == {"hiragana": 75, "katakana": 71, "kanji": 2967, "latin": 52, "digit": 10}


def test_the_catalogue_has_the_characters_of_the_training_data():
    expected = SHARED_DATA / "characters.txt"
    if not expected.exists():
        pytest.skip("needs the validation data beside the repository")
    assert list(Character.objects.values_list("literal", flat=True)) == expected.read_text("utf-8").split()


def test_file_references_and_definition_list_the_same_characters_in_the_same_order():
    assert [row["literal"] for row in catalogue.rows()] == catalogue.literals() == list(references())


def test_grades_match_kanjidic2():
    grades = Counter(Character.objects.filter(script="kanji").values_list("grade", flat=True))
    assert [grades[grade] for grade in range(1, 7)] == [80, 160, 200, 202, 193, 191]
    assert set(grades) == {1, 2, 3, 4, 5, 6, 8, 9, 10, None}


def test_every_kanji_has_readings_a_radical_meanings_and_strokes():
    kanji = Character.objects.filter(script="kanji")
    assert [c.literal for c in kanji if not (c.on or c.kun) or not c.radical or not c.meanings_en] == []
    assert not kanji.filter(stroke_count=0).exists()


def test_the_kanji_for_bright_has_all_its_facts():
    bright = Character.objects.get(literal="明")
    assert (bright.stroke_count, bright.grade, bright.radical, bright.jlpt, bright.frequency) == (8, 2, 72, 3, 67)
    assert (bright.code_point, bright.jis) == ("U+660E", "1-44-32")
    assert bright.on == ["メイ", "ミョウ", "ミン"]
    assert "あか.るい" in bright.kun
    assert (bright.meanings_en, bright.meanings_fr) == (["bright", "light"], ["clair", "lumière"])
    assert (bright.components, bright.variants) == (["日", "月"], ["朙"])
    assert bright.sources["on"] == {"source": "kanjidic2"}
    assert bright.sources["components"] == {"source": "kanjivg"}


def test_four_of_the_34_missing_joyo_kanji_have_a_form_in_the_catalogue():
    outside = catalogue.outside()
    assert len(outside) == 34
    assert not set(outside) & set(catalogue.literals())
    forms = {literal: kanji.form for literal, kanji in outside.items() if kanji.form}
    assert forms == {"𠮟": "叱", "塡": "填", "剝": "剥", "頰": "頬"}
    assert Character.objects.filter(literal__in=forms.values()).count() == 4


def test_radicals_have_number_glyph_and_names():
    radicals = catalogue.radicals()
    assert list(radicals) == list(range(1, 215))
    assert (radicals[85].glyph, radicals[85].name, radicals[214].glyph) == ("水", "water", "龠")
    assert radicals[10].names_ja == ["にんにょう", "ひとあし"]


def test_every_reference_lies_within_its_square_and_can_be_drawn():
    for strokes in references().values():
        assert all(stroke.min() >= 0 and stroke.max() <= REFERENCE_SIDE for stroke in strokes)
        assert ink_image(strokes).shape == (SIDE, SIDE)


def test_loading_adds_the_committed_lookalike_groups():
    pooled = LookalikeGroup.objects.pooled()
    assert set(pooled) == set(default_groups())
    assert pooled["口"] == pooled["ロ"] != pooled["力"]
    apart = LookalikeGroup.objects.filter(is_pooled=False).values_list("members", flat=True)
    assert set(apart) == set(catalogue.lookalikes())


def test_lookalikes_that_readers_can_tell_apart_are_not_pooled():
    pooled = LookalikeGroup.objects.pooled()
    for members in ("未末", "土士", "シツ", "ソン", "クワ", "はほ", "るろ", "めぬ", "大犬太"):
        assert len({pooled.get(literal, literal) for literal in members}) == len(members)
        assert LookalikeGroup.objects.of(members[0]).filter(is_pooled=False).exists()


@pytest.mark.parametrize(
    ("members", "message"), [("口永ロ", "another pooled"), ("永", "at least two"), ("永☃", "Not in the catalogue")]
)
def test_an_invalid_lookalike_group_is_refused(members, message):
    with pytest.raises(ValidationError, match=message):
        LookalikeGroup(members=members, reason="none").full_clean()


def test_members_of_a_group_are_sorted_in_catalogue_order():
    group = LookalikeGroup(members="永 水 永", is_pooled=False, reason="none")
    group.full_clean()
    assert group.members == "永水" == "".join(sorted("永水", key=list(references()).index))


@pytest.mark.parametrize(
    ("items", "message"),
    [
        (["士"], "name strokes of 士, 1 to 3"),
        (["土 4"], "name strokes of 土, 1 to 3"),
        (["土 0"], "name strokes of 土, 1 to 3"),
        (["土 1 1"], "each once"),
        (["土 x"], "name strokes of 土"),
        (["土 1", "土 3"], "more than one item"),
        (["王 1"], "doesn’t begin with a member"),
        (["1 3"], "doesn’t begin with a member"),
        (["土士 1"], "doesn’t begin with a member"),
    ],
)
def test_invalid_deciding_strokes_are_refused(items, message):
    group = LookalikeGroup(members="土士", is_pooled=False, reason="none", deciding_strokes=items)
    with pytest.raises(ValidationError, match=message):
        group.full_clean(validate_constraints=False)


def test_deciding_strokes_are_sorted():
    group = LookalikeGroup(members="未水", is_pooled=False, reason="none", deciding_strokes=["未  3 1", "水 4"])
    group.full_clean()
    assert group.deciding_strokes == ["水 4", "未 1 3"]
    assert group.strokes_by_member() == {"水": [4], "未": [1, 3]}


def test_every_committed_group_that_readers_can_tell_apart_has_deciding_strokes():
    for members, strokes in catalogue.deciding_strokes().items():
        assert strokes, members
    assert LookalikeGroup.objects.get(members="士土").deciding_strokes == ["士 1 3", "土 1 3"]


def test_loading_again_fills_in_deciding_strokes_that_no_curator_has_removed():
    LookalikeGroup.objects.filter(members="士土").update(deciding_strokes=[])
    LookalikeGroup.history.filter(members="士土").update(deciding_strokes=[])
    removed = LookalikeGroup.objects.get(members="末未")
    removed.deciding_strokes = []
    removed.save()
    call_command("load_catalogue", verbosity=0)
    assert LookalikeGroup.objects.get(members="士土").deciding_strokes == ["士 1 3", "土 1 3"]
    assert LookalikeGroup.objects.get(members="末未").deciding_strokes == []


def test_a_pooled_lookalike_stands_in_for_a_member():
    differences = LookalikeGroup.objects.differences()
    between = differences.between("刀", "カ")  # 力 and カ are pooled
    assert between
    assert between.reason == "The falling stroke of 力 sticks out at the top."
    assert (between.strokes, between.other_strokes) == ([2], [2])
    assert differences.between("力", "カ") is None
    assert differences.between("刀", "食") is None


def test_a_pooled_lookalike_with_other_strokes_has_no_deciding_ones():
    LookalikeGroup.objects.create(members="5d", is_pooled=False, reason="none", deciding_strokes=["5 1", "d 2"])
    between = LookalikeGroup.objects.differences().between("S", "d")  # 5 and S are pooled; 5 has two strokes, S one
    assert between
    assert (between.strokes, between.other_strokes) == ([], [2])


def test_a_stroke_order_names_every_stroke_once():
    down = Character.objects.get(literal="下")
    StrokeOrder(character=down, order=["2", "1", "3"], note="calligraphers").full_clean()
    for wrong in (["1", "2"], ["1", "2", "2"], ["1", "2", "3"], ["2", "1", "x"]):
        with pytest.raises(ValidationError):
            StrokeOrder(character=down, order=wrong, note="nobody").full_clean()


def test_loading_the_catalogue_twice_writes_nothing(django_assert_num_queries):
    history = Character.history.count()
    # Begin and release a savepoint, characters, search terms, three histories, words; ANALYZE of three tables.
    with django_assert_num_queries(11):
        call_command("load_catalogue", verbosity=0)
    assert Character.history.count() == history


def test_loading_again_keeps_a_curators_facts_and_restores_deleted_rows():
    mouth = Character.objects.get(literal="口")
    mouth.learn({"frequency": 1}, Source.CURATOR)
    mouth.save()
    LookalikeGroup.objects.of("口").delete()
    LookalikeGroup.objects.filter(members="末未").delete()
    Character.objects.get(literal="永").delete()
    call_command("load_catalogue", verbosity=0)
    assert Character.objects.get(literal="口").frequency == 1
    assert not LookalikeGroup.objects.of("口").exists()
    assert not LookalikeGroup.objects.filter(members="末未").exists()
    eternity = Character.objects.get(literal="永")
    assert eternity.kun == ["なが.い"]
    assert "永遠" in [word.text for word in eternity.shown_words]
    assert Term.objects.filter(character=eternity, key="ながい").exists()


def test_loading_fills_in_missing_facts_and_attributes_changed_ones_to_a_curator():
    """In a database that was filled before facts had sources."""
    Character.objects.filter(literal="食").update(sources={}, jis="", meanings_fr=["bouffer"])
    call_command("load_catalogue", verbosity=0)
    eat = Character.objects.get(literal="食")
    assert (eat.jis, eat.sources["jis"]) == ("1-31-09", {"source": "kanjidic2"})
    assert (eat.meanings_fr, eat.sources["meanings_fr"]) == (["bouffer"], {"source": "curator"})


def test_an_import_changes_imported_facts_but_not_those_of_a_curator():
    eat = Character.objects.get(literal="食")
    assert eat.learn({"grade": 2, "on": ["ショク"]}, Source.WIKTIONARY_EN, 7) == {
        "on": (["ショク", "ジキ"], ["ショク"])
    }
    assert eat.sources["on"] == {"source": "en.wiktionary", "revision": 7}
    assert eat.sources["grade"] == {"source": "kanjidic2"}  # the first source stays
    eat.learn({"grade": 1}, Source.CURATOR)
    assert eat.learn({"grade": 3}, Source.WIKTIONARY_JA, 8) == {}
    assert (eat.grade, eat.sources["grade"]) == (1, {"source": "curator"})


def test_search_terms_follow_the_facts():
    eat = Character.objects.get(literal="食")
    eat.kun, eat.meanings_en = ["たべ.る"], ["devour"]
    eat.save()
    keys = set(Term.objects.filter(character=eat).values_list("kind", "key"))
    assert {("kun", "たべる"), ("meaning", " devour ")} < keys
    assert ("kun", "くう") not in keys
    assert ("meaning", " eat ") not in keys


def test_the_catalogue_can_be_rebuilt_from_its_sources(tmp_path, monkeypatch):
    from characters.management.commands import build_catalogue

    monkeypatch.setattr(build_catalogue, "CATALOGUE", tmp_path / "catalogue.csv")
    monkeypatch.setattr(build_catalogue, "REFERENCES", tmp_path / "references.txt")
    monkeypatch.setattr(build_catalogue, "PARTS", tmp_path / "parts.txt")
    monkeypatch.setattr(build_catalogue, "ENDINGS", tmp_path / "endings.txt")
    monkeypatch.setattr(build_catalogue, "OUTSIDE", tmp_path / "outside.csv")
    monkeypatch.setattr(build_catalogue, "FORMS", tmp_path / "forms.csv")
    monkeypatch.setattr(build_catalogue, "CORNERS", tmp_path / "four_corners.csv")
    monkeypatch.setattr(build_catalogue, "RADICALS", tmp_path / "radicals.csv")
    monkeypatch.setattr(build_catalogue, "literals", lambda: list("永あ7"))
    kanjidic = tmp_path / "kanjidic2.xml.gz"
    kanjidic.write_bytes(KANJIDIC)
    call_command("build_catalogue", kanjidic=kanjidic, verbosity=0)
    committed = {row["literal"]: row for row in catalogue.rows()}
    built = (tmp_path / "catalogue.csv").read_text("utf-8").splitlines()
    assert built[1] == "永,kanji,5,,5,85,846,2,2,1-17-42,エイ,なが.い,え; のり,eternity; long,éternité,丶; 水,栄"
    assert built[2].startswith("あ,hiragana,3,")
    assert committed["あ"]["stroke_count"] == "3"
    assert (tmp_path / "outside.csv").read_text("utf-8").splitlines()[1] == "鬱,,8,29,ウツ,,gloom"
    assert (tmp_path / "radicals.csv").read_text("utf-8").splitlines()[85] == "85,水,water,"
    assert [line[0] for line in (tmp_path / "references.txt").read_text("utf-8").splitlines()] == list("永あ7")
    assert (tmp_path / "endings.txt").read_text("utf-8") == "永 -h-ww\n"


KANJIDIC = gzip.compress(
    """<kanjidic2><character><literal>永</literal>
<codepoint><cp_value cp_type="ucs">6c38</cp_value><cp_value cp_type="jis208">1-17-42</cp_value></codepoint>
<radical><rad_value rad_type="classical">85</rad_value><rad_value rad_type="nelson_c">3</rad_value></radical>
<misc><grade>5</grade><stroke_count>5</stroke_count><stroke_count>6</stroke_count>
<variant var_type="jis208">1-17-41</variant><variant var_type="deroo">12</variant><freq>846</freq><jlpt>2</jlpt></misc>
<reading_meaning><rmgroup><reading r_type="pinyin">yong3</reading><reading r_type="ja_on">エイ</reading>
<reading r_type="ja_kun">なが.い</reading><meaning>eternity</meaning><meaning>long</meaning><meaning>long</meaning>
<meaning m_lang="fr">éternité</meaning></rmgroup><nanori>え</nanori><nanori>のり</nanori></reading_meaning>
</character>
<character><literal>鬱</literal><radical><rad_value rad_type="classical">192</rad_value></radical>
<misc><grade>8</grade><stroke_count>29</stroke_count></misc><reading_meaning><rmgroup>
<reading r_type="ja_on">ウツ</reading><meaning>gloom</meaning></rmgroup></reading_meaning></character>
</kanjidic2>""".encode()
)
