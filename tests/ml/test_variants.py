import numpy as np
import pytest

from ml.strokes import dump, parse, references
from ml.variants import variants
from ml.variants.kanji import shapes


def test_every_variant_has_a_catalogue_character_a_note_and_points_inside_its_square():
    for character, found in variants().items():
        for variant in found:
            points = np.concatenate(variant.strokes)
            assert (variant.character, character in references(), bool(variant.note)) == (character, True, True)
            assert points.min() >= -100
            assert points.max() <= 1300  # the marks of voiced kana may move to the right
            assert all(len(stroke) > 1 for stroke in variant.strokes)


@pytest.mark.parametrize(
    ("character", "stroke_counts"),
    [
        ("そ", {1, 2}),
        ("り", {1, 2}),
        ("き", {3, 4}),
        ("辻", {5}),
        ("賭", {15}),
        ("餅", {14}),
        ("箸", {14}),
        ("4", {1, 2}),
    ],
)
def test_characters_have_variants_with_these_stroke_counts(character, stroke_counts):
    assert {variant.stroke_count for variant in variants()[character]} >= stroke_counts


@pytest.mark.parametrize("character", "令冷玲零怜領鈴齢")
def test_kanji_with_the_component_rei_have_a_variant_in_print(character):
    assert "in print" in [variant.note for variant in variants()[character]]


@pytest.mark.parametrize(
    ("voiced", "plain", "marks"), [("が", "か", 2), ("ぞ", "そ", 2), ("ぱ", "は", 1), ("ヅ", "ツ", 2)]
)
def test_voiced_kana_take_the_shapes_of_plain_ones_and_keep_their_marks_clear(voiced, plain, marks):
    for variant, body in zip(variants()[voiced], variants()[plain], strict=True):
        assert variant.stroke_count == body.stroke_count + marks
        strokes, own = np.concatenate(variant.strokes[:-marks]), np.concatenate(variant.strokes[-marks:])
        assert np.linalg.norm(strokes[:, None] - own[None], axis=-1).min() >= 40


def test_small_kana_take_the_shapes_of_large_ones():
    assert [variant.strokes for variant in variants()["ゃ"]] == [variant.strokes for variant in variants()["や"]]
    assert {variant.character for variant in variants()["ゃ"]} == {"ゃ"}


@pytest.mark.parametrize("character", "辻令餅保")
def test_the_stored_variants_of_kanji_equal_those_built_from_kanjivg(character):
    stored = {variant.note: variant.strokes for variant in variants()[character]}
    built = {note: parse(dump(strokes)) for note, strokes in shapes(character).items()}
    assert {note: [stroke.tolist() for stroke in strokes] for note, strokes in stored.items()} == {
        note: [stroke.tolist() for stroke in strokes] for note, strokes in built.items()
    }


def test_a_corner_stays_sharp_and_a_curve_passes_through_its_points():
    seven = next(variant for variant in variants()["7"] if variant.note == "bar").strokes[0]
    assert [820, 160] in seven.tolist()
    assert len(seven) == 3  # straight from corner to corner
    narrow = next(variant for variant in variants()["し"] if variant.note == "handwriting, narrow").strokes[0]
    assert {(440, 120), (440, 700), (480, 880)} <= {tuple(point) for point in narrow.tolist()}
