"""Notations of the Wiktionaries, the report of an import, and files that are no dumps."""

import csv

import pytest
from django.core.management import CommandError

from characters.wiktionary.dump import Dump, Page
from characters.wiktionary.facts import NOTHING_TAKEN, facts
from tests.characters.test_wiktionary import blank, export, kanji, page, run  # noqa: F401 - run is a fixture
from tests.support.wiktionary import FORMS, dump, parted

pytestmark = pytest.mark.django_db

CASES = [(dialect, *form) for dialect, forms in FORMS.items() for form in forms]


@pytest.mark.parametrize(("dialect", "text", "values"), CASES)
def test_every_notation_is_read_without_a_problem(dialect, text, values):
    title, body = parted(text)
    found = facts(Page(title, 1, body, dialect))
    assert (found.values, found.problems) == (values, [])


@pytest.mark.parametrize("dialect", FORMS)
@pytest.mark.parametrize("streams", [1, 7])
def test_a_dump_of_every_notation_is_read_alike_in_one_stream_and_in_many(tmp_path, dialect, streams):
    path = tmp_path / "dump.xml.bz2"
    path.write_bytes(dump(dialect, streams))
    assert dump(dialect, streams) == dump(dialect, streams)
    read = [facts(one).values for one in Dump(path).pages({"食", "梨", "泳"})]
    assert read == [values for _, values in FORMS[dialect]]


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("ja", "==漢字==\n食べ物のこと。"),
        ("ja", "==漢字==\n* 総画（中国）: 8画"),
        ("en", "==Japanese==\n===Kanji===\nFood."),
    ],
)
def test_a_page_with_a_kanji_heading_that_gives_nothing_is_a_problem(dialect, text):
    assert facts(Page("食", 1, text, dialect)).problems == [NOTHING_TAKEN]


@pytest.mark.parametrize(("dialect", "text"), [("ja", "==日本語==\n食べ物"), ("en", "==Japanese==\n===Noun===\nFood.")])
def test_a_page_without_a_kanji_heading_is_none(dialect, text):
    assert facts(Page("食", 1, text, dialect)).problems == []


def test_strokes_besides_the_radical_must_be_a_number():
    assert facts(Page("食", 1, "==漢字==\n{{kanji|食|九}}", "ja")).problems == ["stroke_count '九' isn't a number"]


def test_the_known_dot_before_okurigana_stays(run):  # noqa: F811
    blank("食", kun=["た.べる"])
    run(export(page("食", "==漢字==\n* 訓読み: たべる、く-う"), wiki="jawiktionary"))
    assert kanji("食").kun == ["た.べる", "く.う"]


def test_a_reading_with_and_without_a_dot_on_one_page_is_two_readings(run):  # noqa: F811
    blank("食", kun=["く.い"])
    for _ in range(2):
        run(export(page("食", "==漢字==\n* 訓読み: くい、く-い"), wiki="jawiktionary"))
        assert kanji("食").kun == ["く.い", "くい"]


def test_problems_are_counted_by_kind(run):  # noqa: F811
    blank("食")
    bad = "==Japanese==\n{{ja-kanji|grade=12|sn=65}}{{ja-kanji|grade=13}}{{ja-readings|on=jiki}}"
    output = run(export(page("食", bad)))
    assert "skipped 4 invalid values.\n  2 × grade … isn't known\n" in output
    assert "  1 × stroke_count … isn't between 1 and 64\n" in output
    assert "  1 × on reading … isn't kana\n" in output


def test_a_dry_run_can_write_a_table(run, tmp_path):  # noqa: F811
    blank("食", grade=3)
    table = tmp_path / "changes.csv"
    text = "==Japanese==\n{{ja-kanji|grade=2|rad==1+1}}"
    run(export(page("食", text, revision=5)), "--dry-run", "--csv", str(table))
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    problem = next(row for row in rows if row["problem"])
    assert "isn't one of the 214" in problem["problem"]
    change = next(row for row in rows if row["field"] == "grade")
    assert (change["literal"], change["old"], change["new"]) == ("食", "3", "2")
    assert (change["source"], change["revision"]) == ("en.wiktionary", "5")
    assert kanji("食").grade == 3


def test_a_table_that_cannot_be_written_is_refused(run, tmp_path):  # noqa: F811
    with pytest.raises(CommandError, match="can't be written"):
        run(export(page("食", "")), "--csv", str(tmp_path / "none" / "table.csv"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "a Git LFS pointer"),
        (b"<!DOCTYPE html><html></html>", "an HTML page"),
    ],
)
def test_a_stand_in_for_a_dump_is_named_as_such(run, data, message):  # noqa: F811
    with pytest.raises(CommandError, match=message):
        run(data, packed=False)
