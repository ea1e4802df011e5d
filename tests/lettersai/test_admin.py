"""The admin for curators and operators."""

import csv
import io
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from tablib import Dataset

from accounts.models import User
from characters.models import Character, Exemplar, LookalikeGroup, Report, Source, StrokeOrder
from scoring import worker
from scoring.models import Attempt, ModelBundle
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

CHARACTERS = "/admin/characters/character/"
GROUPS = "/admin/characters/lookalikegroup/"
EXEMPLARS = "/admin/characters/exemplar/"
REPORTS = "/admin/characters/report/"


@pytest.fixture
def curator(client_of):
    return client_of("curator")


@pytest.fixture
def eat(db) -> Character:
    return Character.objects.get(literal="食")


@pytest.fixture
def exemplars(eat) -> list[Exemplar]:
    return [Exemplar.objects.create(character=eat, ink=ink_of("食"), legibility=90 + n) for n in range(3)]


def filled(client: Any, url: str, **changes: Any) -> dict[str, Any]:
    """The form at `url` as a browser would send it, with `changes`."""
    context = client.get(url).context
    form = context["adminform"].form
    sent = {name: field.value() for name in form.fields if (field := form[name])}
    for inline in context.get("inline_admin_formsets", []):
        sent |= {f"{inline.formset.prefix}-{name}": v for name, v in inline.formset.management_form.initial.items()}
        for row in inline.formset.initial_forms:
            sent |= {row.add_prefix(name): row[name].value() for name in row.fields}
    return {name: value for name, value in {**sent, **changes}.items() if value is not None and value is not False}


def send(client: Any, url: str, **changes: Any) -> Any:
    return client.post(url, filled(client, url, **changes))


def found(client: Any, q: str) -> list[str]:
    return [row.literal for row in client.get(CHARACTERS, {"q": q}).context["cl"].result_list]


def notes(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# Characters


@pytest.mark.parametrize("q", ["食", "taberu", "ショク", "eat", "U+98DF", "strokes:9 grade:2 食"])
def test_the_admin_searches_as_the_catalogue_does(curator, q):
    assert "食" in found(curator, q)


@pytest.mark.parametrize("q", ["colour:red", "strokes:many", "x" * 101, "a b c d e f g h i"])
def test_an_invalid_search_in_the_admin_has_a_message(curator, q):
    answer = curator.get(CHARACTERS, {"q": q})
    assert answer.status_code == 200
    assert notes(answer)
    assert not answer.context["cl"].result_list


def test_a_curators_fact_is_searchable_survives_imports_and_can_be_undone(curator, eat):
    url = f"{CHARACTERS}{eat.pk}/change/"
    assert send(curator, url, meanings_en="devour; food").status_code == 302
    eat.refresh_from_db()
    assert eat.sources["meanings_en"] == {"source": "curator"}
    assert eat.sources["on"] == {"source": "kanjidic2"}
    assert "食" in found(curator, "devour")
    assert "食" not in found(curator, "eat")

    history = curator.get(f"{CHARACTERS}{eat.pk}/history/").content.decode()
    assert "curator@example.org" in history
    assert "devour; food" in history

    before = eat.history.earliest()
    assert send(curator, f"{CHARACTERS}{eat.pk}/history/{before.pk}/").status_code == 302
    eat.refresh_from_db()
    assert eat.meanings_en == before.meanings_en
    assert eat.sources["meanings_en"] == {"source": "kanjidic2"}
    assert "食" in found(curator, "eat")
    assert "食" not in found(curator, "devour")


def test_an_undone_import_stays_undone_after_the_next_import(curator, eat):
    eat.learn({"grade": 4}, Source.WIKTIONARY_EN)
    eat.save()
    first = eat.history.earliest()
    send(curator, f"{CHARACTERS}{eat.pk}/history/{first.pk}/")
    eat.refresh_from_db()
    assert (eat.grade, eat.sources["grade"]["source"]) == (2, "curator")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("radical", "0"),
        ("radical", "215"),
        ("radical", "99999999999999999999"),
        ("stroke_count", "0"),
        ("stroke_count", "65"),
        ("stroke_count", ""),
        ("grade", "7"),
        ("frequency", "-1"),
        ("jlpt", "5"),
        ("n_level", "6"),
        ("other_stroke_count", "65"),
        ("jis", "1-2-3-4-5-6-7"),
    ],
)
def test_an_invalid_value_is_reported_at_its_field(curator, eat, field, value):
    answer = send(curator, f"{CHARACTERS}{eat.pk}/change/", **{field: value})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_a_characters_identity_cannot_be_changed(curator, eat):
    forged = {"literal": "飲", "position": 0, "script": "latin", "sources": "{}"}
    send(curator, f"{CHARACTERS}{eat.pk}/change/", **forged)
    same = Character.objects.get(pk=eat.pk)
    assert (same.literal, same.position, same.script, same.sources) == ("食", eat.position, "kanji", eat.sources)


def test_a_characters_admin_page_shows_its_strokes_and_the_source_of_every_fact(curator, eat):
    page = curator.get(f"{CHARACTERS}{eat.pk}/change/").content.decode()
    assert page.count("<text") == 9
    assert "KANJIDIC2" in page


def test_a_stroke_order_can_be_added_and_must_have_every_stroke(curator):
    ten = Character.objects.get(literal="十")
    url = f"{CHARACTERS}{ten.pk}/change/"
    inline = {"stroke_orders-TOTAL_FORMS": 1, "stroke_orders-0-note": "Some", "stroke_orders-0-character": ten.pk}
    assert send(curator, url, **inline, **{"stroke_orders-0-order": "2; 2"}).status_code == 200
    assert not ten.stroke_orders.exists()
    assert send(curator, url, **inline, **{"stroke_orders-0-order": "2; 1"}).status_code == 302
    variant = ten.stroke_orders.get()
    assert variant.order == ["2", "1"]
    assert "<text" in curator.get(f"/admin/characters/strokeorder/{variant.pk}/change/").content.decode()


def test_an_empty_stroke_order_is_a_form_error(curator, eat):
    url = "/admin/characters/strokeorder/add/"
    answer = curator.post(url, {"order": "2; 1", "note": "x"})
    assert "character" in answer.context["adminform"].form.errors
    ten = Character.objects.get(literal="十")
    assert curator.post(url, {"character": ten.pk, "order": "2; 1", "note": "x"}).status_code == 302
    assert curator.post(url, {"character": ten.pk, "order": "2; 1", "note": "y"}).status_code == 200
    assert StrokeOrder.objects.filter(character=ten).count() == 1


def test_a_deleted_stroke_order_can_be_restored(curator):
    variant = StrokeOrder.objects.create(character=Character.objects.get(literal="十"), order=["2", "1"], note="x")
    key = variant.pk
    curator.post(f"/admin/characters/strokeorder/{key}/delete/", {"post": "yes"})
    last = StrokeOrder.history.filter(id=key).latest()
    assert send(curator, f"/admin/characters/strokeorder/{key}/history/{last.pk}/").status_code == 302
    assert StrokeOrder.objects.get(pk=key).order == ["2", "1"]


# Lookalikes


def test_a_curator_can_add_a_character_to_a_lookalike_group(curator):
    group = LookalikeGroup.objects.get(is_pooled=True, members__contains="口")
    url = f"{GROUPS}{group.pk}/change/"
    assert send(curator, url, members="回 口 ロ").status_code == 302
    pooled = LookalikeGroup.objects.pooled()
    assert pooled["回"] == pooled["口"] == group.pk

    first = group.history.earliest()
    assert send(curator, f"{GROUPS}{group.pk}/history/{first.pk}/").status_code == 302
    assert "回" not in LookalikeGroup.objects.pooled()


@pytest.mark.parametrize("members", ["", "口", "口☃", "口力", "口" * 20, "一二三四五六七八九十百千万円人日月火"])
def test_an_invalid_group_is_reported_at_its_members(curator, members):
    group = LookalikeGroup.objects.get(is_pooled=True, members__contains="口")
    answer = send(curator, f"{GROUPS}{group.pk}/change/", members=members)
    assert "members" in answer.context["adminform"].form.errors


def test_a_deleted_group_can_be_restored_from_the_list_page(curator):
    group = LookalikeGroup.objects.get(is_pooled=True, members__contains="口")
    key = group.pk
    curator.post(f"{GROUPS}{key}/delete/", {"post": "yes"})
    assert "口" not in LookalikeGroup.objects.pooled()
    [(record, name)] = curator.get(GROUPS).context["deleted"]
    assert name == "ロ 口"
    assert record.history_user.email == "curator@example.org"
    assert send(curator, f"{GROUPS}{key}/history/{record.pk}/").status_code == 302
    assert LookalikeGroup.objects.pooled()["口"] == key
    assert not curator.get(GROUPS).context["deleted"]


def test_a_curator_can_change_the_deciding_strokes(curator):
    group = LookalikeGroup.objects.get(members="士土")
    url = f"{GROUPS}{group.pk}/change/"
    assert send(curator, url, deciding_strokes="土 3; 士 1").status_code == 302
    group.refresh_from_db()
    assert group.deciding_strokes == ["士 1", "土 3"]
    drawn = curator.get(url).content.decode()
    assert drawn.count('class="highlighted"') == 2


@pytest.mark.parametrize("strokes", ["土 4", "土", "王 1", "土 1; 土 3", "土 x", "3"])
def test_invalid_deciding_strokes_are_reported_at_their_field(curator, strokes):
    group = LookalikeGroup.objects.get(members="士土")
    answer = send(curator, f"{GROUPS}{group.pk}/change/", deciding_strokes=strokes)
    assert "deciding_strokes" in answer.context["adminform"].form.errors
    group.refresh_from_db()
    assert group.deciding_strokes == ["士 1 3", "土 1 3"]


# Export and import


def exported(client: Any, url: str, q: str = "", kind: int = 0) -> Dataset:
    answer = client.post(f"{url}export/?q={q}", {"format": kind, "resource": 0})
    assert answer.status_code == 200
    content = answer.content
    return Dataset().load(content.decode("utf-8-sig") if kind == 0 else content, format=["csv", "xlsx"][kind])


def preview(client: Any, url: str, table: Dataset | str, kind: int = 0) -> Any:
    content = table if isinstance(table, str) else table.export(["csv", "xlsx"][kind])
    raw = content.encode("utf-8-sig") if isinstance(content, str) else content
    file = SimpleUploadedFile("table." + ["csv", "xlsx"][kind], raw)
    return client.post(f"{url}import/", {"import_file": file, "format": kind, "resource": 0})


def confirm(client: Any, url: str, answer: Any) -> Any:
    return client.post(f"{url}process_import/", answer.context["confirm_form"].initial, follow=True)


@pytest.mark.parametrize("kind", [0, 1], ids=["csv", "xlsx"])
def test_an_edited_table_can_be_imported_after_a_preview(curator, eat, kind):
    table = exported(curator, CHARACTERS, "eat", kind)
    rows = {row["literal"]: row for row in table.dict}
    assert rows["食"]["on"] == "ショク; ジキ"
    rows["食"]["meanings_en"] = "devour; food"
    changed = Dataset(*[tuple(row.values()) for row in rows.values()], headers=table.headers)

    answer = preview(curator, CHARACTERS, changed, kind)
    assert answer.context["result"].totals["update"] == 1
    assert answer.context["result"].totals["skip"] == len(rows) - 1
    assert "devour" in answer.content.decode()
    assert Character.objects.get(pk=eat.pk).meanings_en == eat.meanings_en

    assert "1 updated" in notes(confirm(curator, CHARACTERS, answer))
    after = Character.objects.get(pk=eat.pk)
    assert after.meanings_en == ["devour", "food"]
    assert after.sources["meanings_en"] == {"source": "curator"}
    assert after.sources["on"] == {"source": "kanjidic2"}
    assert after.modified_at > eat.modified_at
    assert after.history.latest().history_user.email == "curator@example.org"
    assert found(curator, "devour") == ["食"]


@pytest.mark.parametrize(
    "row",
    ["☃,4", ",4", "食,", "食,0", "食,many", "食,8.5", "食," + "9" * 30, "飲,12\n飲,13"],
)
def test_one_invalid_row_stops_the_import_and_is_named(curator, row):
    answer = preview(curator, CHARACTERS, f"literal,stroke_count\n人,3\n{row}\n")
    assert answer.status_code == 200
    assert "confirm_form" not in answer.context
    result = answer.context["result"]
    assert [bad.number for bad in result.invalid_rows] == [3 if "\n" in row else 2]
    assert Character.objects.get(literal="人").stroke_count == 2


@pytest.mark.parametrize("table", ["", "stroke_count\n3\n", "\x00\x01", "literal\n"])
def test_a_file_that_is_not_a_table_of_characters_is_refused(curator, table):
    answer = preview(curator, CHARACTERS, table)
    assert answer.status_code == 200
    assert "confirm_form" not in answer.context


def test_only_a_previewed_file_can_be_imported(curator):
    answer = preview(curator, CHARACTERS, "literal,stroke_count\n人,3\n")
    forged = {**answer.context["confirm_form"].initial, "import_file_name": "passwd"}
    assert curator.post(f"{CHARACTERS}process_import/", forged).context["confirm_form"].errors
    confirm(curator, CHARACTERS, answer)
    assert Character.objects.get(literal="人").stroke_count == 3
    again = curator.post(f"{CHARACTERS}process_import/", answer.context["confirm_form"].initial)
    assert again.context["confirm_form"].errors


def test_a_row_that_has_become_invalid_since_the_preview_stops_the_import(curator):
    answer = preview(curator, CHARACTERS, "literal,stroke_count\n人,3\n飲,13\n")
    Character.objects.filter(literal="飲").delete()
    assert "Nothing was imported" in notes(confirm(curator, CHARACTERS, answer))
    assert Character.objects.get(literal="人").stroke_count == 2


def test_deciding_strokes_can_be_imported(curator):
    table = "members,is_pooled,reason,deciding_strokes\n土士,0,Two lines.,土 3; 士 1\n"
    confirm(curator, GROUPS, preview(curator, GROUPS, table))
    assert LookalikeGroup.objects.get(members="士土").deciding_strokes == ["士 1", "土 3"]
    answer = preview(curator, GROUPS, table.replace("土 3", "土 9"))
    assert "confirm_form" not in answer.context


def test_members_identify_an_imported_group(curator):
    old = LookalikeGroup.objects.get(is_pooled=True, members__contains="口")
    table = "members,is_pooled,reason\nロ口,1,A square.\n未末,1,One stroke.\n"
    answer = preview(curator, GROUPS, table)
    assert answer.context["result"].totals["new"] == 1
    assert "1 new, 1 updated" in notes(confirm(curator, GROUPS, answer))
    old.refresh_from_db()
    assert old.reason == "A square."
    assert LookalikeGroup.objects.get(members="末未", is_pooled=True).reason == "One stroke."
    assert LookalikeGroup.objects.get(members="末未", is_pooled=False).deciding_strokes  # the table has no such column
    for bad in ("口力,1,x", "口,1,x", "☃口,0,x", "未末,perhaps,x"):
        answer = preview(curator, GROUPS, f"members,is_pooled,reason\n{bad}\n")
        assert answer.status_code == 200
        assert "confirm_form" not in answer.context


def test_exporting_and_previewing_the_whole_catalogue_takes_few_queries(curator):
    with CaptureQueriesContext(connection) as out:
        table = exported(curator, CHARACTERS)
    assert len(table) == 3175
    assert len(out) < 12
    changed = io.StringIO()
    writer = csv.DictWriter(changed, ["literal", "nanori"])
    writer.writeheader()
    writer.writerows({"literal": row["literal"], "nanori": row["nanori"] + ";ほしほし"} for row in table.dict)
    with CaptureQueriesContext(connection) as looked:
        answer = preview(curator, CHARACTERS, changed.getvalue())
    assert answer.context["result"].totals["update"] == 3175
    assert len(looked) < 20


# Queues


def test_undecided_exemplars_come_first_beside_the_reference(curator, exemplars):
    Exemplar.objects.filter(pk=exemplars[0].pk).approve(by=None)
    answer = curator.get(EXEMPLARS)
    assert [row.pk for row in answer.context["cl"].result_list] == [e.pk for e in [*exemplars[1:], exemplars[0]]]
    assert answer.content.decode().count('class="drawing"') == 6


def test_several_exemplars_can_be_approved_or_refused_at_once(curator, exemplars):
    keys = [exemplar.pk for exemplar in exemplars]
    curator.post(EXEMPLARS, {"action": "approve", "_selected_action": keys[:1]})
    no_reason = {"action": "refuse", "_selected_action": keys[1:]}
    assert "Give a reason" in notes(curator.post(EXEMPLARS, no_reason, follow=True))
    assert Exemplar.objects.waiting().count() == 2
    assert "2 refused" in notes(curator.post(EXEMPLARS, {**no_reason, "reason": "Blurred"}, follow=True))
    assert [(e.status, e.reason) for e in Exemplar.objects.order_by("pk")] == [
        ("approved", ""),
        ("refused", "Blurred"),
        ("refused", "Blurred"),
    ]
    assert set(Exemplar.objects.values_list("decided_by__email", flat=True)) == {"curator@example.org"}


def test_an_exemplar_can_be_decided_on_its_page_without_changing_its_ink(curator, exemplars):
    url = f"{EXEMPLARS}{exemplars[0].pk}/change/"
    assert "reason" in send(curator, url, status="refused").context["adminform"].form.errors
    assert send(curator, url, status="refused", reason="Blurred", ink="{}", legibility=1).status_code == 302
    after = Exemplar.objects.get(pk=exemplars[0].pk)
    assert (after.status, after.reason, after.legibility, after.ink) == ("refused", "Blurred", 90, ink_of("食"))
    assert str(after.decided_by) == "curator@example.org"
    send(curator, url, status="refused", reason="Two characters")
    assert Exemplar.objects.get(pk=exemplars[0].pk).reason == "Two characters"
    send(curator, url, status="approved", reason="")
    assert Exemplar.objects.approved().get().reason == ""


@pytest.mark.parametrize("lookup", ["attempt__user__email", "attempt", "attempt__isnull", "decided_by__password"])
def test_curators_cannot_look_up_the_writer_of_an_exemplar(curator, exemplars, lookup):
    answer = curator.get(EXEMPLARS, {lookup: "alice@example.org"})
    assert answer.status_code in (302, 400)


def test_reports_can_be_answered_one_by_one_and_together(curator, eat):
    reports = [Report.objects.create(character=eat, about="strokes", text=f"Wrong {n}") for n in range(3)]
    url = f"{REPORTS}{reports[0].pk}/change/"
    assert send(curator, url, status="mended", answer="Turned round", text="Forged").status_code == 302
    first = Report.objects.get(pk=reports[0].pk)
    assert (first.status, first.answer, first.text) == ("mended", "Turned round", "Wrong 0")
    assert str(first.decided_by) == "curator@example.org"
    assert first.decided_at
    page = curator.get(REPORTS)
    assert [row.status for row in page.context["cl"].result_list] == ["open", "open", "mended"]
    assert f"{CHARACTERS}{eat.pk}/change/" in page.content.decode()
    chosen = {"action": "declined", "_selected_action": [r.pk for r in reports[1:]], "answer": "It is right"}
    assert "2 declined" in notes(curator.post(REPORTS, chosen, follow=True))
    assert set(Report.objects.filter(status="declined").values_list("answer", "decided_by__email")) == {
        ("It is right", "curator@example.org")
    }
    send(curator, url, status="open")
    assert Report.objects.get(pk=reports[0].pk).decided_by is None
    curator.post(REPORTS, {**chosen, "_selected_action": [reports[0].pk], "answer": ""})
    assert Report.objects.get(pk=reports[0].pk).answer == "Turned round"  # what was said alone stays


# Models and users


def test_the_active_model_is_listed_with_its_metrics(client_of, post):
    worker.register_model()
    worker.register_model()
    post(client_of("alice"), {"ink": ink_of("口")})
    active = ModelBundle.objects.get()
    ModelBundle.objects.create(version="fake", about={"version": "fake"})
    page = client_of("operator").get("/admin/scoring/modelbundle/")
    assert {row.version: row.scores for row in page.context["cl"].result_list} == {active.version: 0, "fake": 1}
    own = client_of("operator").get(f"/admin/scoring/modelbundle/{active.pk}/change/").content.decode()
    assert "unipen/digit" in own
    assert "CC BY-SA 3.0" in own


def test_chosen_models_are_compared_side_by_side(client_of):
    def about(version: str, read_right: float, **sources: float) -> dict:
        by_source = {source: {"n": 1200, "top1_pooled": value} for source, value in sources.items()}
        return {"version": version, "metrics": {"n": 12345, "top1_pooled": read_right, "by_source": by_source}}

    chosen = [
        ModelBundle.objects.create(version=version, about=about(version, *figures, **sources))
        for version, figures, sources in (
            ("old", (0.9,), {"pens": 0.8}),
            ("new", (0.95,), {"pens": 0.85, "mice": 0.99}),
        )
    ]
    ModelBundle.objects.create(version="without", about={"version": "without"})
    posted = {"action": "compare", "_selected_action": [bundle.pk for bundle in chosen]}
    page = client_of("operator").post("/admin/scoring/modelbundle/", posted).content.decode()
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)", row) for row in re.findall(r"<tr>(.*?)</tr>", page)]
    assert rows == [
        ["", "new", "old"],
        ["drawings tested", "12,345", "12,345"],
        ["read right, lookalikes pooled", "95.0%", "90.0%"],
        ["pens: drawings tested", "1,200", "1,200"],
        ["pens: read right, lookalikes pooled", "85.0%", "80.0%"],
        ["mice: drawings tested", "1,200", "–"],
        ["mice: read right, lookalikes pooled", "99.0%", "–"],
    ]


def test_figures_in_french_are_written_as_the_french_do(client_of):
    bundle = ModelBundle.objects.create(
        version="new", about={"version": "new", "metrics": {"n": 12345, "top1_pooled": 0.954, "score_median": 91.25}}
    )
    posted = {"action": "compare", "_selected_action": [bundle.pk]}
    operator = client_of("operator")
    User.objects.update(language="fr")
    text = operator.post("/admin/scoring/modelbundle/", posted).content.decode()
    assert "12\u202f345" in text
    assert "95,4\xa0%" in text
    assert "91,2" in text


def test_a_worker_scores_even_if_its_model_cannot_be_registered(monkeypatch, caplog):
    def fails(about):
        raise DatabaseError("gone")

    monkeypatch.setattr(ModelBundle.objects, "register", fails)
    worker.register_model()
    assert "could not be registered" in caplog.text


def test_attempts_are_read_only_in_the_admin(admin_client, client_of, post):
    post(client_of("alice"), {"ink": ink_of("口")})
    attempt = Attempt.objects.get()
    admin_client.post(f"/admin/scoring/attempt/{attempt.pk}/change/", {"status": "failed"})
    assert Attempt.objects.get().status == "scored"
    assert admin_client.get("/admin/scoring/attempt/add/").status_code == 403


def test_a_superuser_sees_the_ink_of_attempts(admin_client, client_of, post):
    post(client_of("alice"), {"ink": ink_of("口")})
    listed = admin_client.get("/admin/scoring/attempt/").content.decode()
    shown = admin_client.get(f"/admin/scoring/attempt/{Attempt.objects.get().pk}/change/").content.decode()
    for page in (listed, shown):
        assert page.count('<svg class="drawing"') == 1
