"""Curators overwrite nothing unawares, and can undo what they and others did."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from characters.models import Character, Exemplar, LookalikeGroup, Report, StrokeOrder, TableImport
from tests.characters.test_tables import CHARACTERS, confirm, preview
from tests.lettersai.test_admin import EXEMPLARS, GROUPS, REPORTS, filled, notes, send
from tests.support.drawings import ink_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator(client_of):
    return client_of("curator")


@pytest.fixture
def forever(db) -> Character:
    return Character.objects.get(literal="永")


# Saves over a newer version


def test_a_save_over_a_newer_version_is_refused_with_a_comparison(curator, forever):
    url = f"{CHARACTERS}{forever.pk}/change/"
    opened = filled(curator, url, meanings_en="eternal")
    send(curator, url, kun="なが.い; とこしえ")
    answer = curator.post(url, opened)
    assert answer.status_code == 200
    assert "Somebody has saved a newer version since you opened this page." in answer.text
    assert "<td>なが.い; とこしえ</td><td>なが.い</td>" in answer.text
    assert '<a href="">Discard my changes</a>' in answer.text
    assert "<td>everlasting" not in answer.text.split("</table>")[-1]
    forever.refresh_from_db()
    assert (forever.kun, forever.meanings_en[0]) == (["なが.い", "とこしえ"], "eternity")

    again = {**opened, "version": answer.context["adminform"].form["version"].value()}
    assert curator.post(url, again).status_code == 302  # the second save is a decision
    forever.refresh_from_db()
    assert (forever.kun, forever.meanings_en) == (["なが.い"], ["eternal"])


@pytest.mark.parametrize("name", ["lookalikegroup", "strokeorder", "variant"])
def test_other_rows_are_not_overwritten_unawares_either(curator, name):
    model = {"lookalikegroup": LookalikeGroup}.get(name) or Character._meta.apps.get_model("characters", name)
    row = model.objects.earliest("pk")
    url = f"/admin/characters/{name}/{row.pk}/change/"
    field = "reason" if name == "lookalikegroup" else "note"
    opened = filled(curator, url, **{field: "mine"})
    assert send(curator, url, **{field: "theirs"}).status_code == 302
    assert curator.post(url, opened).status_code == 200
    row.refresh_from_db()
    assert getattr(row, field) == "theirs"


def test_a_decided_exemplar_is_not_decided_unawares(curator, forever):
    exemplar = Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90)
    url = f"{EXEMPLARS}{exemplar.pk}/change/"
    opened = filled(curator, url, status="refused", reason="blurred")
    assert send(curator, url, status="approved").status_code == 302
    assert curator.post(url, opened).status_code == 200
    exemplar.refresh_from_db()
    assert exemplar.status == "approved"


# Undoing imports


def imported(client: Any, table: str) -> TableImport:
    confirm(client, preview(client, table.encode()))
    return TableImport.objects.latest("imported_at")


def undo(client: Any, one: TableImport, url: str = CHARACTERS) -> str:
    return notes(client.post(f"{url}imports/{one.pk}/undo/", follow=True))


def test_an_import_is_undone_in_one_step_with_its_sources(curator, forever):
    done = imported(curator, "literal;frequency;on\n永;7;エイ\n食;8;ショク\n人;9;ジン、ニン\n")
    assert Character.objects.get(literal="永").sources["frequency"] == {"source": "curator"}
    assert "Undo this import" in curator.get(CHARACTERS).text
    assert "3 rows restored" in undo(curator, done)
    after = Character.objects.get(literal="永")
    assert (after.frequency, after.on, after.sources) == (forever.frequency, forever.on, forever.sources)
    assert after.history.latest().history_change_reason == f"undo of {done.reason}"
    assert "undone already" in undo(curator, done)
    assert "Undo this import" not in curator.get(CHARACTERS).text


def test_a_later_change_survives_the_undoing_of_an_import(curator, forever):
    done = imported(curator, "literal,frequency,meanings_en\n永,7,eternal\n")
    send(curator, f"{CHARACTERS}{forever.pk}/change/", meanings_en="for ever")
    assert "keep the later values: 永" in undo(curator, done)
    after = Character.objects.get(literal="永")
    assert (after.frequency, after.meanings_en) == (forever.frequency, ["for ever"])
    assert after.sources["meanings_en"] == {"source": "curator"}


def test_an_import_of_groups_is_undone(curator):
    old = LookalikeGroup.objects.get(members="士土")
    table = "members,is_pooled,reason\n士土,0,Mine.\n永食,0,New.\n"
    answer = curator.post(f"{GROUPS}import/", {"import_file": file(table), "format": 0, "resource": 0})
    curator.post(f"{GROUPS}process_import/", answer.context["confirm_form"].initial)
    assert LookalikeGroup.objects.filter(reason__in=["Mine.", "New."]).count() == 2
    assert "2 rows restored" in undo(curator, TableImport.objects.get(), GROUPS)
    assert not LookalikeGroup.objects.filter(reason__in=["Mine.", "New."]).exists()
    assert LookalikeGroup.objects.get(members="士土").reason == old.reason


def test_a_group_that_was_changed_after_an_import_keeps_the_later_reason(curator):
    table = "members,is_pooled,reason\n士土,0,Mine.\n永食,0,New.\n"
    answer = curator.post(f"{GROUPS}import/", {"import_file": file(table), "format": 0, "resource": 0})
    curator.post(f"{GROUPS}process_import/", answer.context["confirm_form"].initial)
    for group in LookalikeGroup.objects.filter(reason__in=["Mine.", "New."]):
        group.reason = "Later."
        group.save()
    said = undo(curator, TableImport.objects.get(), GROUPS)
    assert "0 rows restored" in said
    assert "keep the later values: 士 土, 永 食" in said
    assert LookalikeGroup.objects.filter(reason="Later.").count() == 2


def file(table: str) -> Any:
    return SimpleUploadedFile("groups.csv", table.encode())


def test_a_table_that_changes_nothing_cannot_be_undone(curator, forever):
    confirm(curator, preview(curator, f"literal,frequency\n永,{forever.frequency}\n".encode()))
    assert not TableImport.objects.exists()


@pytest.mark.parametrize("who", ["visitor", "alice", "operator"])
def test_only_curators_undo_imports(client_of, curator, who):
    done = imported(curator, "literal,frequency\n永,7\n")
    assert client_of(who).post(f"{CHARACTERS}imports/{done.pk}/undo/").status_code in (302, 403)
    assert Character.objects.get(literal="永").frequency == 7
    assert curator.get(f"{CHARACTERS}imports/{done.pk}/undo/").status_code == 405


# Decisions


def test_bulk_decisions_are_in_the_history_of_each_row(curator, forever):
    exemplars = [Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90) for _ in range(2)]
    chosen = [row.pk for row in exemplars]
    curator.post(EXEMPLARS, {"action": "approve", "_selected_action": chosen})
    curator.post(EXEMPLARS, {"action": "refuse", "reason": "blurred", "_selected_action": chosen[:1]})
    assert "Refused: blurred" in curator.get(f"{EXEMPLARS}{chosen[0]}/history/").text
    assert "Refused" not in curator.get(f"{EXEMPLARS}{chosen[1]}/history/").text
    assert "Approved." in curator.get(f"{EXEMPLARS}{chosen[1]}/history/").text
    report = Report.objects.create(character=forever, about="other", text="?")
    curator.post(REPORTS, {"action": "declined", "answer": "No.", "_selected_action": [report.pk]})
    assert "Declined. No." in curator.get(f"{REPORTS}{report.pk}/history/").text
    assert LogEntry.objects.count() == 4


def test_offered_can_be_chosen_again(curator, forever):
    exemplar = Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90)
    url = f"{EXEMPLARS}{exemplar.pk}/change/"
    send(curator, url, status="refused", reason="blurred")
    send(curator, url, status="offered")
    exemplar.refresh_from_db()
    assert (exemplar.status, exemplar.reason, exemplar.decided_at) == ("offered", "", None)
    assert exemplar in Exemplar.objects.waiting()


# The admin's first page


def test_the_first_page_counts_what_waits(curator, client_of, forever):
    Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90)
    Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90, status="approved")
    Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90, is_hidden=True)
    for status in ("open", "open", "declined"):
        Report.objects.create(character=forever, about="other", text="?", status=status)
    page = curator.get("/admin/").text
    assert '<a href="/admin/characters/exemplar/?status__exact=offered"><b>1</b> example to judge</a>' in page
    assert '<a href="/admin/characters/report/?status__exact=open"><b>2</b> reports to answer</a>' in page
    assert "to judge" not in client_of("operator").get("/admin/").text
    User.objects.update(language="ja")
    assert "件の作例" in curator.get("/admin/").text


def test_an_example_stands_beside_the_reference_with_the_same_size_and_numbers(curator, forever):
    exemplar = Exemplar.objects.create(character=forever, ink=ink_of("永"), legibility=90)
    page = curator.get(f"{EXEMPLARS}{exemplar.pk}/change/").text
    pictures = page.split("<svg")[1:]
    judged = [one.split("</svg>")[0] for one in pictures if "data-replay" in one]
    assert len(judged) == 2
    for picture in judged:
        assert 'width="240" height="240"' in picture
        assert [f">{number}</text>" in picture for number in range(1, 7)] == [True] * 5 + [False]


def test_a_characters_page_shows_what_belongs_to_it(curator):
    earth = Character.objects.get(literal="土")
    Report.objects.create(character=earth, about="other", text="Too short.")
    exemplar = Exemplar.objects.create(character=earth, ink=ink_of("土"), legibility=93)
    page = curator.get(f"{CHARACTERS}{earth.pk}/change/").text
    group = LookalikeGroup.objects.get(members="士土")
    assert f'<a href="{GROUPS}{group.pk}/change/" lang="ja">士 土</a>' in page
    assert "Too short." in page
    assert f'href="{EXEMPLARS}{exemplar.pk}/change/"' in page
    assert '<span lang="ja">土</span> earth (32)' in page
    for step in (-1, 1):
        other = Character.objects.get(position=earth.position + step)
        assert f'href="{CHARACTERS}{other.pk}/change/"' in page


def test_the_characters_that_curators_changed_can_be_listed(curator, forever):
    send(curator, f"{CHARACTERS}{forever.pk}/change/", meanings_en="eternal")
    assert [row.literal for row in curator.get(f"{CHARACTERS}?curated=yes").context["cl"].result_list] == ["永"]
    assert curator.get(f"{CHARACTERS}?curated=no").context["cl"].result_count == 3174


def test_the_admin_loads_its_script_once(curator):
    assert curator.get("/admin/").text.count("characters/admin.js") == 1


def test_a_stroke_order_has_the_strokes_to_click(curator, forever):
    page = curator.get(f"{CHARACTERS}{Character.objects.get(literal='必').pk}/change/").text
    assert "data-strokes=" in page
    order = StrokeOrder.objects.earliest("pk")
    assert "data-strokes=" in curator.get(f"/admin/characters/strokeorder/{order.pk}/change/").text


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("on", "しょく", "is not an on reading"),
        ("jis", "1-99-1", "is not a JIS code"),
        ("variants", "國國", "single character"),
    ],
)
def test_the_form_names_what_is_wrong_with_a_value(curator, forever, field, typed, sentence):
    answer = send(curator, f"{CHARACTERS}{forever.pk}/change/", **{field: typed})
    assert sentence in str(answer.context["adminform"].form.errors[field])


def test_the_form_takes_lists_as_an_input_method_types_them(curator, forever):
    send(curator, f"{CHARACTERS}{forever.pk}/change/", kun="なが．い；とこしえ、ひさ.しい", jis="１－１７－４２")
    forever.refresh_from_db()
    assert forever.kun == ["なが.い", "とこしえ", "ひさ.しい"]
    assert forever.jis == "1-17-42"
