"""The wall as a page and as a picture: who sees which colours, and what it costs."""

import io
import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image, ImageColor

from accounts.models import Progress, User
from accounts.progress import wall, wall_picture
from accounts.progress.views import PictureThrottle
from characters.models import Character
from scoring.models import Attempt
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

PAGE, PICTURE = "/progress/wall/", "/progress/wall.png"
STYLES = Path(__file__).parents[2] / "frontend/src/pages/lookingBack.css"


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


def know(user: User, **averages: float) -> None:
    """Give the learner recent averages by character."""
    for literal, recent in averages.items():
        character = Character.objects.get(literal=literal)
        Progress.objects.create(
            user=user, character=character, attempts=1, total=int(recent), recent=recent, latest_at=timezone.now()
        )


def cell(page: str, literal: str) -> tuple[str, str]:
    """The mark and the accessible name of the character's cell."""
    [attributes] = re.findall(rf'<a href="/characters/{literal}/"([^>]*)>{literal}</a>', page)
    mark = re.search(r'class="wall-(\w+)"', attributes)
    name = re.search(r'aria-label="([^"]+)"', attributes)
    return mark[1] if mark else "", name[1] if name else literal


@pytest.mark.parametrize(
    ("average", "mark"),
    [
        (100, "flower"),
        (94.5, "double"),
        (94.6, "flower"),
        (80, "double"),
        (79.4, "circle"),
        (60, "circle"),
        (0, "triangle"),
    ],
)
def test_a_cell_has_the_mark_of_the_recent_average(client_of, alice, average, mark):
    know(alice, 口=average)
    found, name = cell(client_of("alice").get(PAGE).content.decode(), "口")
    assert found == mark
    assert f"recent average {round(average)}" in name
    assert str(wall.NAMES[mark]) in name


def test_the_wall_has_every_character_once_and_leads_to_it(client_of):
    page = client_of("alice").get(PAGE).content.decode()
    linked = re.findall(r'<li><a href="/characters/(.)/"', page)
    assert sorted(linked) == sorted(Character.objects.values_list("literal", flat=True))


def test_sections_follow_the_scripts_and_the_grades(client_of):
    page = client_of("alice").get(PAGE).content.decode()
    names = re.findall(r'<h2 id="([\w-]+)"', page)
    assert names[:4] == ["hiragana", "katakana", "kanji-1", "kanji-2"]
    assert names[-3:] == ["kanji-other", "latin", "digit"]
    first_grade = page.partition('id="kanji-1"')[2].partition("</section>")[0]
    assert first_grade.count("<li>") == Character.objects.filter(grade=1).count() == 80


def test_the_key_counts_the_characters_of_each_mark(client_of, alice):
    know(alice, 口=96, 日=97, 木=50)
    page = client_of("alice").get(PAGE).content.decode()
    assert "95–100 · 2 characters" in page
    assert "0–59 · 1 character<" in page
    assert "3,172 characters" in page


def test_others_and_guests_do_not_see_the_learners_colours(client_of, alice):
    know(alice, 口=96)
    for who in ("bob", "visitor"):
        assert cell(client_of(who).get(PAGE).content.decode(), "口") == ("", "口")


def test_a_guest_sees_the_newest_score_of_each_character(client_of, post):
    guest = Client()
    guest.get("/")
    for target, back in [("口", 2), ("日", 1)]:
        pk = post(guest, {"ink": ink_of("口"), "target": target}).json()["id"]
        Attempt.objects.filter(pk=pk).update(written_at=timezone.now() - timedelta(days=back))
    older = post(guest, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    Attempt.objects.filter(pk=older).update(written_at=timezone.now() - timedelta(days=3), legibility=10)
    page = guest.get(PAGE).content.decode()
    assert (cell(page, "口")[0], cell(page, "日")[0]) == ("double", "triangle")


def test_the_page_takes_the_same_queries_for_one_character_and_for_all(client_of, alice):
    client = client_of("alice")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    before = queries()
    Progress.objects.bulk_create(
        Progress(user=alice, character=one, attempts=1, recent=70, latest_at=timezone.now())
        for one in Character.objects.all()
    )
    assert queries() == before <= 4


@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_the_page_stays_below_half_a_megabyte(client_of, alice, language):
    Progress.objects.bulk_create(
        Progress(user=alice, character=one, attempts=1, recent=70, latest_at=timezone.now())
        for one in Character.objects.all()
    )
    alice.language = language
    alice.save()
    assert len(client_of("alice").get(PAGE).content) < 500_000


# The picture


def pixels(answer) -> np.ndarray:
    assert answer.status_code == 200
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"), int)


def area_of(picture: np.ndarray, mark: str) -> int:
    """The pixels below the head that have the mark's colour."""
    colour = np.array(ImageColor.getrgb(wall.COLOURS[mark]))
    return int((np.abs(picture[220:] - colour).max(axis=2) < 12).sum())


def test_the_picture_shows_the_colours_of_the_marks(client_of, alice):
    numbers = {"flower": 1, "double": 2, "circle": 4, "triangle": 8}
    averages = {"flower": 97, "double": 85, "circle": 70, "triangle": 30}
    characters = iter("一二三十人入八七力刀工土口大山")
    for mark, number in numbers.items():
        know(alice, **{next(characters): averages[mark] for _ in range(number)})
    picture = pixels(client_of("alice").get(PICTURE))
    assert numbers.keys() == wall.COLOURS.keys()
    for mark, number in numbers.items():
        assert number * 300 < area_of(picture, mark) < number * 25 * 25, mark


def test_the_picture_is_fetched_anew_only_when_a_mark_changes(client_of, alice):
    know(alice, 一=97)
    client = client_of("alice")
    etag = client.get(PICTURE)["ETag"]
    assert client.get(PICTURE, headers={"If-None-Match": etag}).status_code == 304
    Progress.objects.update(recent=96)
    assert client.get(PICTURE, headers={"If-None-Match": etag}).status_code == 304
    Progress.objects.update(recent=50)
    assert client.get(PICTURE, headers={"If-None-Match": etag}).status_code == 200


def test_there_is_no_picture_of_an_empty_wall_and_shared_caches_keep_none(client_of, alice):
    assert client_of("alice").get(PICTURE).status_code == 404
    know(alice, 一=97)
    assert client_of("alice").get(PICTURE)["Cache-Control"] == "private, no-cache"
    assert client_of("bob").get(PICTURE).status_code == 404


def test_pictures_are_limited_per_visitor(client_of, alice, throttles, monkeypatch):
    monkeypatch.setattr(PictureThrottle, "rate", "2/min")
    know(alice, 一=97)
    statuses = [client_of("alice").get(PICTURE).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_one_picture_is_drawn_at_a_time(client_of, alice, monkeypatch):
    held = []

    def draw(_sections: object) -> bytes:
        held.append(wall_picture._DRAWING.locked())
        return b""

    monkeypatch.setattr(wall_picture, "_png", draw)
    know(alice, 一=97)
    assert client_of("alice").get(PICTURE).status_code == 200
    assert held == [True]
    assert not wall_picture._DRAWING.locked()


def test_the_pages_colours_are_those_of_the_picture():
    light = STYLES.read_text().partition("prefers-color-scheme: dark")[0]
    assert dict(re.findall(r"--wall-(flower|double|circle|triangle): (#\w{6});", light)) == wall.COLOURS


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1. Source: WCAG 2.2."""
    channels = [value / 255 for value in ImageColor.getrgb(colour)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_differ_in_brightness_so_that_hues_do_not_matter(scheme):
    light, _, dark = STYLES.read_text().partition("prefers-color-scheme: dark")
    colours = dict(
        re.findall(r"--wall-(flower|double|circle|triangle): (#\w{6});", light if scheme == "light" else dark)
    )
    shades = [luminance(colours[mark]) for mark in wall.COLOURS]
    if scheme == "dark":
        shades.reverse()
    for darker, lighter in pairwise(shades):
        assert (lighter + 0.05) / (darker + 0.05) > 1.4
