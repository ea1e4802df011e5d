"""Form with accepted orders and variants: what is accepted gets no remark, and remarks name the reference's strokes."""

import numpy as np
import pytest

from ml import faults
from ml.form import Form, judge
from ml.strokes import Strokes, dump, references
from ml.variants import accepted, order_rules
from ml.variants.orders import orders


def judged(written: Strokes, character: str, *, with_variants: bool = True) -> Form:
    variants = [dump(variant.strokes) for variant in accepted().get(character, [])] if with_variants else []
    form = judge(written, character, orders=[o.strokes for o in orders().get(character, [])], variants=variants)
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
