"""The orders of the catalogue's characters, through the API and on the pages."""

import re
from urllib.parse import unquote

import pytest

from characters.models import Character

pytestmark = pytest.mark.django_db

#: The parameter's value, and the field that it sorts by.
FIELDS = {"strokes": "stroke_count", "grade": "grade", "frequency": "frequency", "jlpt": "jlpt", "n_level": "n_level"}


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("order", FIELDS)
def test_characters_are_sorted_by_the_requested_field_then_by_position(client, order, sign):
    rows = client.get(f"/api/v1/characters/?script=kanji&ordering={sign}{order}&page_size=200").json()["results"]
    values = [row[FIELDS[order]] for row in rows]
    assert None not in values
    assert values == sorted(values, reverse=bool(sign))
    known = Character.objects.filter(script="kanji", **{f"{FIELDS[order]}__isnull": False})
    assert rows[0]["literal"] == known.order_by(f"{sign}{FIELDS[order]}", "position")[0].literal


@pytest.mark.parametrize("order", ["grade", "jlpt"])
def test_characters_without_the_field_come_last_in_both_directions(client, order):
    for sign in ("", "-"):
        answer = client.get(f"/api/v1/characters/?script=hiragana&script=kanji&ordering={sign}{order}&page_size=1")
        assert answer.json()["results"][0][order] is not None


@pytest.mark.parametrize("order", ["grade", "-grade", "jlpt", "-jlpt"])
def test_the_catalogues_page_has_the_order_of_the_api(client, order):
    query = f"script=kanji&ordering={order}"
    rows = client.get(f"/api/v1/characters/?{query}&page_size=50").json()["results"]
    page = client.get(f"/characters/?{query}").content.decode()
    names = [unquote(name) for name in re.findall(r'href="/characters/([^"?/]+)/"', page)]
    links = [name for name in names if len(name) == 1]
    assert links[:50] == [row["literal"] for row in rows]
