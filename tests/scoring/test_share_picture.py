"""The picture that other sites show beside the link of a shared attempt: what is where."""

import io
from typing import Any

import numpy as np
import pytest
from django.test import Client
from PIL import Image, ImageColor

from scoring.models import Attempt
from scoring.preview import ADDRESS_END, ADDRESS_WIDTH, COLOURS, MARK, PAPER, REFERENCE, SCORE_MIDDLE, SCORE_WIDTH
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

#: The boxes that parts of the picture lie in: left, top, right, bottom.
BOXES = {
    "ink": (PAPER.x, PAPER.y, PAPER.x + PAPER.side, PAPER.y + PAPER.side),
    "mark": (MARK.x, MARK.y, MARK.x + MARK.side, MARK.y + MARK.side),
    "reference": (REFERENCE.x, REFERENCE.y, REFERENCE.x + REFERENCE.side, REFERENCE.y + REFERENCE.side),
    "score": (SCORE_MIDDLE[0] - SCORE_WIDTH / 2 - 10, 100, SCORE_MIDDLE[0] + SCORE_WIDTH / 2 + 10, 300),
}


@pytest.fixture
def link(client_of, post) -> str:
    alice = client_of("alice")
    attempt = post(alice, {"ink": ink_of("口"), "target": "口"}).json()["id"]
    return alice.put(f"/api/v1/attempts/{attempt}/share/").json()["shared_url"]


def drawn(link: str, part: str, score: int | None = None, form: int | None = None) -> np.ndarray:
    """Boolean pixels of the part's box: where the part's colour is. With `score`, after the attempt was rescored."""
    if score is not None:
        judgement: dict[str, Any] = {"legibility": score, "form": form, "known": True, "candidates": []}
        Attempt.objects.get().record(model_version=f"v{score}-{form}", **judgement)
    png = Client().get(f"{link.removesuffix('/')}.png").content
    left, top, right, bottom = (round(edge) for edge in BOXES[part])
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)[top:bottom, left:right]
    colour = ImageColor.getrgb(COLOURS["mark" if part == "score" else part])
    return np.asarray(np.abs(pixels - colour).max(axis=2) < 40)


@pytest.mark.parametrize(("part", "least"), [("ink", 5000), ("mark", 2000), ("score", 1500), ("reference", 500)])
def test_the_picture_shows_each_of_its_parts(link, part, least):
    assert drawn(link, part).sum() > least


def test_the_picture_shows_the_digits_of_the_score(link):
    pictures = [drawn(link, "score", score) for score in (11, 17, 88)]
    one, seven, eight = (picture.sum() for picture in pictures)
    assert one < seven < eight
    assert not np.array_equal(pictures[0][:, :120], pictures[2][:, :120])


def test_the_picture_shows_the_mark_of_the_score(link):
    flower, double, circle, triangle = (drawn(link, "mark", score) for score in (95, 80, 60, 59))
    middle = slice(100, 140)
    assert flower[middle, middle].any()
    assert not double[middle, middle].any()
    assert double.sum() > 1.4 * circle.sum()
    assert circle[100:140, :40].any()  # the left of the ring, where the triangle has no line
    assert not triangle[100:140, :40].any()


def test_the_picture_shows_the_flower_only_with_a_form_of_80(link):
    flower, double = drawn(link, "mark", 95, 80), drawn(link, "mark", 95, 79)
    assert np.array_equal(flower, drawn(link, "mark", 97))
    assert np.array_equal(double, drawn(link, "mark", 80))


def test_the_picture_carries_the_sites_address(link, settings):
    def address() -> np.ndarray:
        png = Client().get(f"{link.removesuffix('/')}.png").content
        picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"), int)
        right, bottom = (round(edge) for edge in ADDRESS_END)
        return picture[bottom - 24 : bottom + 10, right - ADDRESS_WIDTH - 40 : right]

    drawn_widths = []
    for url in ("https://a.example", "https://letters.example.org", f"https://{'long.' * 20}example"):
        settings.SITE_URL = url
        columns = np.nonzero((address().sum(axis=2) < 300).any(axis=0))[0]
        drawn_widths.append(int(np.ptp(columns)))
    short, medium, long = drawn_widths
    assert short < medium < long <= ADDRESS_WIDTH


def test_an_address_that_changes_gives_the_picture_another_version(link, settings):
    before = Client().get(f"{link.removesuffix('/')}.png")["ETag"]
    settings.SITE_URL = "https://letters.example"
    assert Client().get(f"{link.removesuffix('/')}.png")["ETag"] != before


def test_the_picture_shows_the_reference_of_the_target(link):
    mouth = drawn(link, "reference")
    rows, columns = np.nonzero(mouth)
    assert np.ptp(rows) > 40
    assert np.ptp(columns) > 50
    assert not mouth[60:85, 60:85].any()  # the middle of 口 is empty
