"""One function knows all spellings of a character."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from characters.models import Character
from characters.spelling import SIGNS, spelling
from ml.strokes import references

#: [typed, as the catalogue spells it]; the front end's tests read it too.
SPELLINGS = json.loads(Path(__file__).parents[1].joinpath("spellings.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("typed", "character"), SPELLINGS)
def test_every_spelling_becomes_the_catalogues(typed, character):
    assert spelling(typed) == character


def test_the_page_has_the_same_table():
    """The page's function is tested with the same spellings, which name every sign of the table."""
    page = Path(__file__).parents[2].joinpath("frontend/src/spelling.ts").read_text(encoding="utf-8")
    signs = {chr(code) for code in SIGNS}
    table = re.search('SAME_FROM = "(.+)"', page)
    assert table
    assert signs == set(table[1])
    assert signs <= {sign for typed, _ in SPELLINGS for sign in typed}


def test_the_catalogue_spells_its_own_characters_that_way():
    assert [literal for literal in references() if spelling(literal) != literal] == []


@pytest.mark.django_db
def test_a_character_is_found_by_any_spelling():
    assert str(Character.objects.named("か\u3099")) == "が"
    assert Character.objects.named("がが") is None
    assert Character.objects.named("永" + "\ufe0e" * 16) is None
    assert Character.objects.named("\0") is None


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/characters/%s/", "/api/v1/characters/%s/", "/api/v1/characters/%s/strokes/"])
def test_addresses_accept_other_spellings(address):
    assert Client().get(address % "Ａ").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["か\u3099", "\uff21", "永\ufe0e", "１", "ｶﾞ", "⻑", "⽔"])
@pytest.mark.parametrize("address", ["/characters/%s/", "/api/v1/characters/%s/"])
def test_an_address_leads_to_the_catalogues_spelling(target, address):
    assert Client().get(address % target).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(("other", "form"), [("噓", "嘘"), ("髙", "高"), ("﨑", "崎"), ("德", "徳"), ("國", "国")])
def test_an_old_form_leads_to_the_catalogues(other, form):
    response = Client().get(f"/characters/{other}/", follow=True)
    assert response.status_code == 200
    assert response.context["character"].literal == form
    assert f'<span lang="ja">{other}</span> is another form of' in response.text
    error = Client().get(f"/api/v1/characters/{other}/").json()
    assert form in str(error)
    assert "outside_the_catalogue" in str(error)


@pytest.mark.django_db
def test_only_a_real_other_form_is_named_on_a_page():
    assert "another form" not in Client().get("/characters/国/?form=<b>").text
    assert "another form" not in Client().get("/characters/国/?form=噓").text
