"""An attempt's ink as SVG and PNG."""

import io
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image

from characters.drawing import ink_paths
from scoring.attempt_pictures import png, svg
from tests.support.drawings import ink_of, png_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

WIDE = {"width": 400, "height": 200, "strokes": [[[0, 100, 0], [200, 100, 50]], [[390, 10, 90]]]}


@pytest.fixture
def address(client_of, post) -> str:
    return f"/api/v1/attempts/{post(client_of('alice'), {'ink': ink_of('口')}).json()['id']}/picture"


def test_the_svg_has_a_path_for_each_stroke_in_the_units_of_the_ink(client_of, address):
    answer = client_of("alice").get(f"{address}.svg")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
    root, ink = ElementTree.fromstring(answer.content), ink_of("口")
    assert root.get("viewBox") == f"0 0 {ink['width']} {ink['height']}"
    assert [path.get("d") for path in root.iter("{http://www.w3.org/2000/svg}path")] == ink_paths(ink)


@pytest.mark.parametrize("size", [16, 320, 1024])
def test_the_longer_side_has_the_wanted_size(size):
    picture = Image.open(io.BytesIO(png(WIDE, size)))
    assert picture.size == (size, size // 2)
    root = ElementTree.fromstring(svg(WIDE, size))
    assert (root.get("width"), root.get("height")) == (str(size), str(size // 2))


def test_the_png_is_dark_where_the_pen_was_and_only_there():
    picture = np.asarray(Image.open(io.BytesIO(png(WIDE, 400))).convert("L"))
    inked, blank = [(2, 100), (100, 100), (199, 100), (390, 10)], [(300, 100), (100, 60)]
    assert all(picture[y, x] < 100 for x, y in inked)
    assert all(picture[y, x] > 200 for x, y in blank)


def test_a_very_narrow_area_has_a_picture():
    narrow = {"width": 1, "height": 10_000, "strokes": [[[0.5, 1, 0]]]}
    assert Image.open(io.BytesIO(png(narrow, 100))).size == (1, 100)


@pytest.mark.parametrize("size", ["15", "1025", "x"])
def test_a_faulty_size_is_refused(client_of, address, size):
    assert client_of("alice").get(f"{address}.png?size={size}").status_code == 400


def test_an_uploaded_image_has_no_picture_of_ink(client_of):
    alice = client_of("alice")
    file = io.BytesIO(png_of("口"))
    file.name = "a.png"
    pk = alice.post("/api/v1/attempts/", {"image": file}).json()["id"]
    assert alice.get(f"/api/v1/attempts/{pk}/picture.svg").status_code == 404


def test_a_guest_sees_the_pictures_of_this_browser(client_of, client, post):
    visitor = client_of("visitor")
    pk = post(visitor, {"ink": ink_of("口")}).json()["id"]
    assert visitor.get(f"/api/v1/attempts/{pk}/picture.png").status_code == 200
    assert client.get(f"/api/v1/attempts/{pk}/picture.png").status_code == 404


@pytest.mark.parametrize("side", [0.001, 5e-324])
@pytest.mark.parametrize("form", ["png", "svg"])
def test_strokes_far_outside_the_writing_area_are_no_obstacle(client_of, post, side, form):
    ink = {"width": side, "height": side, "strokes": [[[0, 0, 0], [90_000, -90_000, 9]]]}
    pk = post(client_of("alice"), {"ink": ink}).json()["id"]
    assert client_of("alice").get(f"/api/v1/attempts/{pk}/picture.{form}").status_code == 200


@pytest.mark.parametrize("query", ["size=", "colour=red"])
def test_parameters_that_are_empty_or_unknown_are_refused(client_of, post, query):
    pk = post(client_of("alice"), {"ink": ink_of("口")}).json()["id"]
    assert client_of("alice").get(f"/api/v1/attempts/{pk}/picture.png?{query}").status_code == 400
