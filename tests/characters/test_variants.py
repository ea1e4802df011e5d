"""Accepted variants and orders: shipped, edited by curators, shown, and used for form."""

import copy
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from accounts.models import User
from characters import catalogue
from characters.language import accepted_note
from characters.models import Character, StrokeOrder, Variant
from ml.strokes import dump, references
from ml.variants import accepted
from ml.variants.orders import orders
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

VARIANTS = "/admin/characters/variant/"


@pytest.fixture
def ten() -> Character:
    return Character.objects.get(literal="十")


def ink_without(character: str, stroke: int) -> dict[str, Any]:
    """The ink of the reference without one stroke, by index."""
    ink = ink_of(character)
    return {**ink, "strokes": [*ink["strokes"][:stroke], *ink["strokes"][stroke + 1 :]]}


def test_the_shipped_orders_and_variants_are_loaded_once():
    shipped_orders = {(literal, order.strokes) for literal, found in orders().items() for order in found}
    rows = {
        (row.character.literal, tuple(map(int, row.order))) for row in StrokeOrder.objects.select_related("character")
    }
    assert rows == shipped_orders
    shipped = {(literal, dump(variant.strokes)) for literal, found in accepted().items() for variant in found}
    assert set(Variant.objects.values_list("character__literal", "strokes")) == shipped
    call_command("load_catalogue", verbosity=0)
    assert (StrokeOrder.objects.count(), Variant.objects.count()) == (len(shipped_orders), len(shipped))


def test_shipped_rows_that_a_curator_deleted_stay_deleted():
    Variant.objects.filter(character__literal="餅").delete()
    StrokeOrder.objects.filter(character__literal="必").delete()
    call_command("load_catalogue", verbosity=0)
    assert not Variant.objects.filter(character__literal="餅").exists()
    assert not StrokeOrder.objects.filter(character__literal="必").exists()


def test_every_shipped_row_is_one_that_a_curator_could_save():
    for row in [
        *StrokeOrder.objects.select_related("character")[::40],
        *Variant.objects.select_related("character")[::20],
    ]:
        row.full_clean()


def test_every_shipped_note_is_translated(settings):
    from django.utils import translation

    notes = {*StrokeOrder.objects.values_list("note", flat=True), *Variant.objects.values_list("note", flat=True)}
    for language in ("ja", "fr"):
        with translation.override(language):
            assert {accepted_note(note)[0] for note in notes} == {language}
            assert accepted_note("as my uncle does") == ("en", "as my uncle does")


@pytest.mark.parametrize("literal", [literal for literal in references() if literal >= "一"][::50] + list("餅辻牙兎"))
def test_the_stroke_count_is_that_of_the_diagram(literal):
    assert Character.objects.get(literal=literal).stroke_count == len(references()[literal])


@pytest.mark.parametrize(
    ("strokes", "message"),
    [
        ("1,2 3", "Separate points"),
        (";", "Separate points"),
        ("1,2 3,4;;5,6", "Separate points"),
        ("1,2 1091,4", "from 0 to 1090"),
        (";".join(["1,2"] * 65), "At most 64 strokes"),
        ("reference", "This is the reference"),
        ("shipped", "already accepted"),
    ],
)
def test_an_invalid_variant_is_refused(ten, strokes, message):
    Variant.objects.create(character=ten, strokes="9,9 9,99;5,5 55,5", note="x")
    strokes = {"reference": dump(references()["十"]), "shipped": "9,9 9,99;5,5 55,5"}.get(strokes, strokes)
    with pytest.raises(ValidationError, match=message):
        Variant(character=ten, strokes=strokes, note="x").full_clean()


def test_a_curator_adds_changes_and_deletes_a_variant(client_of, ten):
    curator = client_of("curator")
    sent = {"character": ten.pk, "note": "Calligraphers", "strokes": "100,500  900,500 ; 500,100 500,900"}
    assert curator.post(f"{VARIANTS}add/", sent).status_code == 302
    variant = ten.accepted_variants.get()
    assert (variant.strokes, variant.stroke_count) == ("100,500 900,500;500,100 500,900", 2)
    page = curator.get(f"{VARIANTS}{variant.pk}/change/").content.decode()
    assert 'data-pad="1090"' in page
    assert page.count("<text x=") == 4  # two strokes each of the variant and the reference
    assert curator.post(f"{VARIANTS}add/", sent).status_code == 200  # once only
    curator.post(f"{VARIANTS}{variant.pk}/change/", {**sent, "strokes": "1,1 2,2"})
    assert ten.accepted_variants.get().stroke_count == 1
    curator.post(f"{VARIANTS}{variant.pk}/delete/", {"post": "yes"})
    assert not ten.accepted_variants.exists()
    assert Variant.history.filter(id=variant.pk).count() == 3


def test_a_characters_admin_page_shows_its_variants(client_of):
    mochi = Character.objects.get(literal="餅")
    page = client_of("curator").get(f"/admin/characters/character/{mochi.pk}/change/").content.decode()
    assert f"{VARIANTS}{mochi.accepted_variants.get().pk}/change/" in page


def test_the_strokes_of_the_api_have_the_variants_and_change_with_them(client_of, ten):
    url = "/api/v1/characters/十/strokes/"
    before = client_of("visitor").get(url)
    assert before.json()["variants"] == []
    Variant.objects.create(character=ten, strokes="9,9 9,99", note="Calligraphers")
    after = client_of("visitor").get(url, headers={"If-None-Match": before["ETag"]})
    assert after.json()["variants"] == [{"strokes": [[[9, 9], [9, 99]]], "note": "Calligraphers"}]


def test_a_page_shows_one_stroke_count_and_what_else_is_accepted(client_of):
    page = client_of("visitor").get("/characters/餅/").content.decode()
    assert ">15</a>" in page
    assert "14</a>" not in page
    assert "Also accepted (1)" in page
    assert "simplified form, outside the jōyō table" in page
    assert page.count('class="numbered"') == 1
    assert "14 strokes" in page
    assert "Also accepted" not in client_of("visitor").get("/characters/十/").content.decode()


def score(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201
    return answer.json()["score"]


def test_an_accepted_variant_has_no_remark_until_a_curator_deletes_it(client_of, post):
    alice, ink = client_of("alice"), ink_without("賭", 11)
    assert score(post(alice, {"ink": ink, "target": "賭"}))["remarks"] == []
    Variant.objects.filter(character__literal="賭").delete()
    [remark] = score(post(alice, {"ink": ink, "target": "賭"}))["remarks"]
    assert (remark["code"], remark["reference"]) == ("missing", [12])


def test_an_accepted_order_has_no_remark(client_of, post):
    ink = ink_of("必")
    ink["strokes"] = [ink["strokes"][number - 1] for number in (2, 3, 1, 4, 5)]
    assert score(post(client_of("visitor"), {"ink": ink, "target": "必"}))["remarks"] == []


def small_without_hook() -> dict[str, Any]:
    ink = copy.deepcopy(ink_of("小"))
    first = ink["strokes"][0]
    lowest = max(range(len(first)), key=lambda index: first[index][1])
    ink["strokes"][0] = first[: lowest + 1]
    return ink


def test_a_missing_hook_is_a_note_and_with_strictness_a_remark(client_of, post):
    alice, ink = client_of("alice"), small_without_hook()
    lenient = score(post(alice, {"ink": ink, "target": "小"}))
    assert lenient["remarks"] == []
    assert lenient["notes"] == [
        {
            "code": "end_hook",
            "text": "In the school form, stroke 1 ends with a hook (hane).",
            "strokes": [1],
            "reference": [1],
            "where": "",
        }
    ]
    User.objects.update(is_school_strict=True)
    strict = score(post(alice, {"ink": ink, "target": "小"}))
    assert [remark["code"] for remark in strict["remarks"]] == ["end_hook"]
    assert (strict["notes"], strict["form"]) == ([], lenient["form"] - 4)
    visitor = score(post(client_of("visitor"), {"ink": ink, "target": "小"}))
    assert len(visitor["notes"]) == 1


def test_the_page_of_an_attempt_shows_its_notes(client_of, post):
    alice = client_of("alice")
    pk = post(alice, {"ink": small_without_hook(), "target": "小"}).json()["id"]
    page = alice.get(f"/history/{pk}/").content.decode()
    assert "In the school form, stroke 1 ends with a hook (hane)." in page
    assert "Both ways of ending a stroke are accepted." in page


def test_the_notes_of_orders_and_variants_are_in_one_file():
    assert {"en", "ja", "fr"} == {name for row in catalogue.notes().values() for name in row}
