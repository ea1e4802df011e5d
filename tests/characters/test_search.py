"""The search box."""

import pytest
from django.http import QueryDict

from characters.facets import Browsing
from characters.filters import CharacterFilter
from characters.models import Character, Word
from characters.romaji import reading_key

pytestmark = pytest.mark.django_db


def found(query: str, **more: str) -> str:
    data = QueryDict(mutable=True)
    data.update({"q": query, **more})
    return "".join(str(character) for character in CharacterFilter(data, Character.objects.all()).qs)


@pytest.mark.parametrize(
    "query",
    [
        "taberu",
        "ta.beru",
        "たべる",
        "タベル",
        "ﾀﾍﾞﾙ",
        "Taberu",
        "食",
        "eat",
        "EAT food",
        "manger",
        "strokes:9 grade:2",
        "ショク",
        "shoku",
        "syoku",
        "U+98DF",
        "u+98df",
        "0x98df",
        "1-31-09",
        "1-31-9",
        "radical:184",
        "飲食",
    ],
)
def test_the_kanji_for_eating_is_found(query):
    assert "食" in found(query)


@pytest.mark.parametrize(
    ("spellings", "kanji"),
    [
        (["tsukue", "tukue", "つくえ"], "机"),
        (["shiro", "siro"], "白"),
        (["chichi", "titi"], "父"),
        (["fuyu", "huyu"], "冬"),
        (["onna", "on'na", "おんな"], "女"),
        (["kaji", "kazi", "かぢ"], "舵"),
        (["tsuzumi", "tuzumi", "tsudumi"], "鼓"),
        (["ōkii", "ookii", "oukii", "okii", "オオキイ", "おーきい"], "大"),
        (["kyō", "kyou", "kyoo", "kyo"], "京"),
        (["hon", "ほん"], "本"),
    ],
)
def test_a_reading_is_found_in_any_spelling(spellings, kanji):
    for spelling in spellings:
        assert kanji in found(spelling)


def test_the_best_match_comes_first_then_the_most_frequent():
    assert found("食飲")[:2] in ("食飲", "飲食")
    assert found("eat")[0] == "食"
    assert found("え")[0] == "え"
    assert found("hi").index("日") < found("hi").index("東")  # ひ before ひがし
    assert found("hi").index("灯") < found("hi").index("人")  # a whole reading before the beginning of a frequent one


def test_all_words_and_fields_must_match():
    assert found("eat taberu") == "食"
    assert found("eat grade:2") == "食"
    assert found("eat", grade="3") == ""
    assert found("eat strokes:10-") == "".join(c for c in found("eat") if c not in found("eat strokes:-9"))


def test_a_variant_outside_the_catalogue_finds_the_catalogues_form():
    assert found("國") == "国"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("strokes:x", "such as 8, or a range such as 5-8 or >20"),
        ("strokes:5-8-9", "or a range such as 5-8"),
        ("color:red", "color:red is not a valid search field"),
        ("grade:", "Write, for example, grade:3"),
        ("grade:77", "Choose one of these: 1, 2, 3, 4, 5, 6, 8, 9, 10."),
        ("script:runes", "Choose one of these: hiragana, katakana, kanji, latin, digit."),
        ("radical:foo", "Write its number from 1 to 214, its character or its name"),
        ("x" * 101, "at most 100"),
        ("\x00", "Null characters"),
        ("a b c d e f g h i", "at most 8 words"),
    ],
)
def test_an_invalid_search_has_a_message(query, message):
    data = QueryDict(mutable=True)
    data["q"] = query
    form = CharacterFilter(data, Character.objects.all())
    assert not form.is_valid()
    assert message in str(form.errors.get_json_data())


@pytest.mark.parametrize("query", ["%", "_", "'", '"', "\\", "%%%", "☃", "🀄", "U+110000", "-", ".", "ー"])
def test_any_unicode_character_can_be_searched(query):
    assert len(found(query)) < 200


@pytest.mark.parametrize("query", ["U+D800", "0xdfff", "U+00", "U+10FFFF", "U+110000", "u+ffffff"])
def test_an_unassigned_code_point_finds_nothing(query):
    assert not found(query)


def test_counts_follow_the_other_filters():
    data = QueryDict("script=kanji&grade=1&grade=2&q=strokes:8")
    form = CharacterFilter(data, Character.objects.all())
    assert form.is_valid()
    grades = form.counts("grade")
    assert grades[1] + grades[2] == form.qs.count()
    assert grades[3] > 0  # the characters that this value would add
    assert form.counts("strokes")[8] == form.qs.count()
    assert sum(form.counts("strokes").values()) == 80 + 160


@pytest.mark.parametrize(
    "state",
    [
        "",
        "q=a",
        "grade=1&grade=2",
        "strokes=5-8&jlpt=3",
        "radical=85",
        "lookalikes=true",
        "lookalikes=false&grade=8",
        "frequency=-500&strokes=8-&q=a",
        "script=kanji&script=hiragana&strokes=-3",
    ],
)
@pytest.mark.parametrize("name", ["script", "grade", "jlpt", "strokes", "radical", "frequency"])
def test_choosing_a_value_shows_as_many_characters_as_its_count(state, name):
    counts = CharacterFilter(QueryDict(state), Character.objects.all())
    assert counts.is_valid()
    for value, count in list(counts.counts(name).items())[:4]:
        data = QueryDict(state, mutable=True)
        data[name] = value
        if value is not None:
            assert len(CharacterFilter(data, Character.objects.all()).qs.values_list("pk")) == count


def test_ranges_may_have_open_ends():
    assert len(found("", strokes="1-")) == 3175
    assert found("", strokes="23-") == found("", strokes="23-64")
    assert set(found("", frequency="-10")) == set(found("", frequency="1-10"))
    assert len(found("", frequency="-10")) == 10


@pytest.mark.parametrize("order", ["position", "strokes", "grade", "frequency", "jlpt"])
def test_every_order_includes_every_character_with_unknown_values_last(order):
    up, down = found("", ordering=order), found("", ordering=f"-{order}")
    assert len(up) == len(down) == 3175
    if order == "frequency":
        ranked = Character.objects.filter(frequency__isnull=False).count()
        assert up[0] == "日" == down[ranked - 1]
        assert up[-1] == down[-1]


def test_a_search_takes_a_fixed_number_of_queries(django_assert_max_num_queries):
    for query in ("eat", "a", "eat food manger taberu"):
        with django_assert_max_num_queries(3):
            found(query)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("た.べる", "たべる"),
        ("ショク", "しょく"),
        ("tōkyō", "ときょ"),
        ("とうきょう", "ときょ"),
        ("-あ.け", "あけ"),
        ("shin'ichi", "しんいち"),
        ("gakkou", "がっこ"),
        ("bcd", ""),
        ("eat", ""),
        ("kanna", "かんな"),
        ("食", ""),
        ("", ""),
    ],
)
def test_all_spellings_of_a_reading_have_the_same_key(text, key):
    assert reading_key(text) == key


@pytest.mark.parametrize(
    ("query", "kana"),
    [
        ("shi", "しシ"),
        ("si", "しシ"),
        ("ka", "かカ"),
        ("fu", "ふフ"),
        ("hu", "ふフ"),
        ("wo", "をヲ"),
        ("tsu", "つツ"),
        ("n", "んン"),
        ("xtsu", "っ"),
        ("ltsu", "っ"),
        ("し", "しシ"),
        ("シ", "シし"),
        ("ji", "じジぢヂ"),
        ("pa", "ぱパ"),
        ("chi", "ちチ"),
        ("ya", "やヤゃ"),
        ("ｶﾞ", "ガが"),
        ("ゔ", "うウぶブ"),
        ("ァ", "アあ"),
        ("ゐ", "いイ"),
    ],
)
def test_kana_are_found_by_their_sound(query, kana):
    results = found(query).lstrip("n")  # the letter n names itself
    assert results.startswith(kana)


def test_kana_of_a_script_are_found_by_their_sound():
    assert found("fu", script="hiragana") == "ふ"
    assert found("ke", script="katakana") == "ケ"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("to eat", "食"),
        ("to drink", "飲"),
        ("the sun", "日"),
        ("a mountain", "山"),
        ("dogs", "犬"),
        ("teeth", "歯"),
        ("cherries", "桜"),
        ("colour", "色"),
        ("harbour", "港"),
        ("le soleil", "日"),
        ("l’eau", "水"),
        ("les chevaux", "馬"),
        ("œil", "目"),
        ("onnna", "女"),
        ("tsudzuku", "続"),
        ("学校", "学校"),
        ("校学", "校学"),
        ("噓", "嘘"),
        ("蟬", "蝉"),
        ("髙", "高"),
        ("﨑", "崎"),
        ("德", "徳"),
        ("𠮟", "叱"),
        ("籠", "篭"),
        ("radical:食", "飴"),
        ("亻+木", "休"),
        ("手+丁", "打"),
        ("氵+每", "海"),
        ("言+五", "語"),
        ("8073.2", "食"),
        ("がっこう", "学校"),
        ("gakkou", "学校"),
        ("toukyou", "東京"),
        ("tōkyō", "東京"),
        ("Tokyo", "東京"),
        ("gakkō", "学校"),
        ("jūsho", "住所"),
        ("okāsan", "母"),
        ("でんしゃ", "電車"),
        ("⻑", "長"),
        ("a", "aあア"),
        ("the", "てテ"),
    ],
)
def test_typed_text_finds_its_character_first(query, first):
    assert found(query).startswith(first) or (query == "8073.2" and first in found(query))


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("8 strokes", "strokes:8"),
        ("８画", "strokes:8"),
        ("8 traits", "strokes:8"),
        ("strokes: 8", "strokes:8"),
        ("strokes:>20", "strokes:21-"),
        ("strokes:>=20", "strokes:20-"),
        ("strokes > 20", "strokes:21-"),
        ("20+ strokes", "strokes:20-"),
        ("strokes:<3", "strokes:-2"),
        ("strokes:5〜8", "strokes:5-8"),
        ("grade 1", "grade:1"),
        ("grade:1-2", "grade:1,2"),
        ("小3", "grade:3"),
        ("radical:氵", "radical:85"),
        ("radical:水", "radical:85"),
        ("radical:water", "radical:85"),
        ("radical:さんずい", "radical:85"),
        ("radical:sanzui", "radical:85"),
        ("radical:eau", "radical:85"),
        ("部首:⺡", "radical:85"),
        ("radical 85", "radical:85"),
        ("N5", "jlpt:n5"),
        ("jlpt n5", "jlpt:N5"),
        ("にんべん", "radical:9"),
        ("くさかんむり", "radical:140"),
    ],
)
def test_fields_can_be_written_in_several_ways(query, same):
    assert set(found(query)) == set(found(same)) != set()


@pytest.mark.parametrize("query", ["water", "eau", "水", "氵"])
def test_a_radicals_name_leads_to_its_kanji_too(query):
    [link] = browsing(query).radicals()
    assert link.url.endswith("?radical=85")
    assert "水" in found(query) or query == "氵"


@pytest.mark.parametrize(
    ("query", "kanji", "is_found"), [("ひと", "休", True), ("hito", "休", False), ("hihen", "晴", True)]
)
def test_romaji_names_a_radical_from_five_letters_on(query, kanji, is_found):
    assert (kanji in found(query)) is is_found


@pytest.mark.parametrize(
    ("several", "last"), [("strokes=5&strokes=8", "strokes=8"), ("q=strokes:8&strokes=5", "strokes=8")]
)
def test_of_several_ranges_the_last_counts_and_is_the_one_that_is_shown(several, last):
    states = [Browsing(QueryDict(query)) for query in (several, last)]
    assert all(state.is_valid for state in states)
    assert states[0].chips() == states[1].chips() != []
    assert list(states[0].filter.qs) == list(states[1].filter.qs)


@pytest.mark.parametrize(
    ("query", "literal", "near"),
    [("麒", "麒", "其棋基"), ("ゔ", "ゔ", "うウぶブ"), ("vu", "ゔ", "うウぶブ"), ("嘲", "嘲", "朝潮廟")],
)
def test_a_character_outside_the_catalogue_comes_with_the_nearest(query, literal, near):
    [missing] = browsing(query).missing()
    assert (missing.literal, missing.form, missing.near) == (literal, "", near)


@pytest.mark.parametrize(
    ("query", "suggested"), [("beautyful", "beautiful"), ("lihgt", "light"), ("tabemasu", "たべ"), ("eat xyzzy", "eat")]
)
def test_a_search_that_finds_nothing_suggests_one_that_finds_something(query, suggested):
    assert found(query) == ""
    labels = [suggestion.label for suggestion in browsing(query).suggestions()]
    assert labels[0] == suggested
    assert all(map(found, labels))


def test_a_hidden_word_leads_to_no_characters():
    Word.objects.filter(text="学校").hide(True)
    assert found("がっこう") == ""


def test_a_search_of_nonsense_suggests_nothing():
    assert browsing("qqqqqq").suggestions() == []


def browsing(query: str) -> Browsing:
    data = QueryDict(mutable=True)
    data["q"] = query
    state = Browsing(data)
    assert state.is_valid
    return state
