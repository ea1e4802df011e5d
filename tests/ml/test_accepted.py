"""Form with accepted orders and variants: what is accepted gets no remark, and remarks name the reference's strokes."""

from typing import Any

import numpy as np
import pytest

from ml import faults
from ml.form import Form, judge
from ml.strokes import REFERENCE_SIDE, Strokes, dump, references, resample
from ml.variants import accepted, order_rules
from ml.variants.orders import orders


def judged(written: Strokes, character: str, *, with_variants: bool = True, **known: Any) -> Form:
    variants = [dump(variant.strokes) for variant in accepted().get(character, [])] if with_variants else []
    accepted_orders = [order.strokes for order in orders().get(character, [])]
    form = judge(written, character, orders=accepted_orders, variants=variants, **known)
    assert form is not None
    return form


def codes(form: Form) -> list[str]:
    return [remark.code for remark in form.remarks]


def shape_of(character: str, stroke_count: int) -> Strokes:
    """The accepted variant of `character` with so many strokes."""
    [found] = [variant.strokes for variant in accepted()[character] if variant.stroke_count == stroke_count]
    return [stroke.copy() for stroke in found]


def test_at_most_three_in_a_hundred_accepted_orders_and_variants_get_a_remark():
    figures = faults.of_accepted()
    assert figures["orders"]["n"] > 700
    assert figures["variants"]["n"] > 300
    assert figures["orders"]["with_remarks"] <= 0.03
    assert figures["variants"]["with_remarks"] <= 0.03


@pytest.mark.parametrize(
    ("character", "stroke_count", "code"),
    [("餅", 14, "missing"), ("辻", 5, "missing"), ("賭", 15, "missing"), ("箸", 14, "missing"), ("き", 3, "joined")],
)
def test_a_variant_has_no_remark_only_because_it_is_accepted(character, stroke_count, code):
    written = next(shape.strokes for shape in accepted()[character] if shape.stroke_count == stroke_count)
    assert code in codes(judged(written, character, with_variants=False))
    assert codes(judged(written, character)) == []


def test_a_fault_in_a_variant_is_named_by_the_references_strokes():
    written = shape_of("餅", 14)
    written[12] = written[12][::-1].copy()
    form = judged(written, "餅")
    assert [(remark.code, remark.strokes, remark.reference) for remark in form.remarks] == [("direction", [13], [14])]


def test_a_stroke_missing_from_a_variant_is_named_by_the_references_number():
    written = shape_of("餅", 14)
    del written[12]
    form = judged(written, "餅")
    assert [(remark.code, remark.reference) for remark in form.remarks] == [("missing", [14])]


def test_an_accepted_order_holds_for_a_variant_too():
    written = shape_of("餌", 14)
    moved = [written[0], *written[1:10], written[13], *written[10:13]]  # the vertical stroke of 耳 earlier
    assert codes(judged(moved, "餌")) == []
    assert codes(judged([written[1], written[0], *written[2:]], "餌")) == ["order"]


def test_the_reference_counts_where_it_fits_as_well_as_a_variant():
    written = [stroke.copy() for stroke in references()["餅"]]
    assert judged(written, "餅").score == 100
    del written[12]
    assert [remark.reference for remark in judged(written, "餅").remarks] == [[13]]
    first, second, third, fourth, *rest = references()["綾"]
    exchanged = judged([first, second, fourth, third, *rest], "綾")
    assert (exchanged.score, [remark.reference for remark in exchanged.remarks]) == (90, [[3]])


@pytest.mark.parametrize("character", "壱晦皆")
def test_a_variant_without_a_remark_counts_before_a_reference_with_a_slight_one(character):
    [variant] = accepted()[character]
    slight = judged(variant.strokes, character, with_variants=False)
    assert (slight.score, len(slight.remarks)) == (92, 1)
    assert (judged(variant.strokes, character).score, codes(judged(variant.strokes, character))) == (100, [])


@pytest.mark.parametrize(("share", "alone", "score"), [(0.825, 90, 90), (0.85, 89, 100)])
def test_without_a_remark_variants_are_tried_below_90(share, alone, score):
    variant = next(variant for variant in accepted()["し"] if variant.note == "school book, wide curve")
    pairs = zip(references()["し"], variant.strokes, strict=True)
    between = [resample(a, 32) * (1 - share) + resample(b, 32) * share for a, b in pairs]
    assert (judged(between, "し", with_variants=False).score, judged(between, "し").score) == (alone, score)


def test_variants_with_too_many_strokes_are_passed_over():
    shapes = [dump(strokes) for strokes in (references()["餅"], shape_of("餅", 14))]
    form = judge(shape_of("餅", 14), "餅", variants=shapes)
    assert form
    assert (form.score, form.remarks) == (100, [])


def test_the_size_of_a_variant_is_judged():
    written = [stroke * 0.3 + REFERENCE_SIDE * 0.35 for stroke in shape_of("餅", 14)]
    assert codes(judged(written, "餅")) == []
    assert codes(judged(written, "餅", area=(REFERENCE_SIDE, REFERENCE_SIDE))) == ["small"]


def test_the_ends_of_a_variant_are_judged_and_named_by_the_references_strokes():
    written = shape_of("辻", 5)
    written[4] = faults._with_hook(written[4], 900, np.random.default_rng(0))
    lenient, strict = judged(written, "辻"), judged(written, "辻", is_strict=True)
    assert [(note.code, note.strokes, note.reference) for note in lenient.notes] == [("end_sweep", [5], [6])]
    assert (lenient.score, lenient.remarks) == (100, [])
    assert (strict.score, strict.remarks, strict.notes) == (96, lenient.notes, [])


def test_an_angular_ro_has_a_form():
    variants = {variant.note: variant.strokes for variant in accepted()["ろ"]}
    assert judged(variants["angular throughout"], "ろ").score >= 90


@pytest.mark.parametrize("character", ["必", "戯", "王", "令", "仰"])
def test_the_stored_orders_equal_those_that_the_rules_give(character):
    built = list(order_rules.derived(character, order_rules._rules()))
    assert built == orders().get(character, [])


def test_rules_hold_for_the_component_alone_and_inside_others():
    assert {order.note for order in orders()["馬"]} == {"vertical stroke later"}
    assert {order.note for order in orders()["駅"]} == {"vertical stroke later (馬)"}
    assert "領" not in orders()  # its 卩 ends in a dot


def test_every_order_is_a_permutation_of_the_references_strokes():
    for character, found in orders().items():
        own = list(range(1, len(references()[character]) + 1))
        for order in found:
            assert sorted(order.strokes) == own != list(order.strokes)
        assert len({order.strokes for order in found}) == len(found) <= 12


def test_the_order_of_a_drawing_is_found_unless_its_shape_differs():
    reference = references()["王"]
    assert order_rules.order_of([reference[index] for index in (0, 2, 3, 1)], reference) == (1, 3, 4, 2)
    assert order_rules.order_of(reference[:3], reference) is None
    assert order_rules.order_of([*reference[:3], reference[3] + np.float32(400)], reference) is None


@pytest.mark.parametrize("character", ["紡", "純", "繊"])
def test_a_variant_does_not_turn_a_missing_stroke_into_a_joined_one(character):
    strokes = references()[character]
    form = judged([*strokes[:2], *strokes[3:]], character)
    assert [(remark.code, remark.reference) for remark in form.remarks] == [("missing", [3])]
    assert form.score < 80
