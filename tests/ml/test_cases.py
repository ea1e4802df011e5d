"""Ink and pictures that people reported as misread, read in place, come to their right value."""

import json
from pathlib import Path

import pytest

from ml import ink, photo, raster
from ml.form import judge
from ml.legibility import default_groups
from ml.strokes import dump
from ml.variants import accepted
from ml.variants.orders import orders
from tests.conftest import SHARED_DATA
from tests.support.site import ROOT

CASES = SHARED_DATA.parent / "cases"


def cases(field: str) -> list[object]:
    """The cases that have `field`: file and contents as parameters of a test; one that is skipped if there are none."""
    read = [(file, json.loads(file.read_text("utf-8"))) for file in sorted(CASES.glob("*.json"))]
    found: list[object] = [pytest.param(file, case, id=file.stem) for file, case in read if field in case]
    return found or [pytest.param(None, None, marks=pytest.mark.skip("needs the cases beside the repository"))]


@pytest.fixture(scope="module")
def scorer():
    from ml.scorer import Scorer

    return Scorer.load(ROOT / "ml" / "bundle")


@pytest.mark.parametrize(("file", "case"), cases("image"))
def test_a_picture_is_read_as_what_was_written_on_it(file: Path, case, scorer):
    image = raster.photo_image(photo.read((CASES / case["image"]).read_bytes()))
    [with_target] = scorer.score([image], [case["target"]], default_groups(), [()])
    [without] = scorer.score([image], [None], default_groups(), [()])
    assert with_target.legibility >= 80
    assert with_target.misread_as == []
    assert without.known
    assert without.candidates[0].character == case["target"]


@pytest.mark.parametrize(("file", "case"), cases("body"))
def test_reported_ink_gets_no_remark_on_what_is_accepted(file: Path, case):
    target, must = case["body"]["target"], case["must"]
    form = judge(
        ink.strokes(case["body"]["ink"]),
        target,
        orders=[order.strokes for order in orders().get(target, [])],
        variants=[dump(variant.strokes) for variant in accepted().get(target, [])],
    )
    assert form or not must.get("form_not_null")
    assert not set(must.get("no_remark_codes", [])) & {remark.code for remark in (form.remarks if form else [])}


@pytest.mark.parametrize(("file", "case"), cases("body"))
def test_reported_ink_is_legible(file: Path, case, scorer):
    body, must = case["body"], case["must"]
    image = raster.ink_image(ink.strokes(body["ink"]))
    [result] = scorer.score([image], [body["target"]], default_groups(), [()])
    assert result.legibility >= must.get("min_legibility", 60)
    assert result.known or not must.get("known", True)
    assert not set(must.get("not_read_as", [])) & set(result.misread_as)
