"""One function knows all spellings of a character."""

import pytest
from django.test import Client

from characters.models import Character
from characters.spelling import spelling
from ml.strokes import references


@pytest.mark.parametrize(
    ("typed", "character"),
    [
        ("か\u3099", "が"),
        ("か゛", "が"),
        ("は゜", "ぱ"),
        ("ｶﾞ", "ガ"),
        ("ｱ", "ア"),
        ("Ａ", "A"),
        ("１", "1"),
        ("永\ufe0e", "永"),
        ("永\U000e0101", "永"),
        ("\uf92c", "郎"),
        ("⼀", "一"),
        (" 永　", "永"),
    ],
)
def test_every_spelling_becomes_the_catalogues(typed, character):
    assert spelling(typed) == character


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
