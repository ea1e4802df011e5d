from copy import deepcopy
from typing import Any

import pytest

from ml import ink
from tests.support.drawings import ink_of

DOT = {"width": 300, "height": 300, "strokes": [[[1, 2, 0]]]}


def changed(**parts: Any) -> Any:
    return {**deepcopy(DOT), **parts}


@pytest.mark.parametrize("accepted", [DOT, ink_of("永"), changed(strokes=[[[-5, 400.5, 0]]] * ink.MAX_STROKES)])
def test_ink_within_the_limits_passes(accepted):
    ink.check(accepted)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "malformed"),
        ([], "malformed"),
        ({}, "malformed"),
        (changed(width="300"), "malformed"),
        (changed(height=True), "malformed"),
        (changed(width=0), "out_of_range"),
        (changed(width=float("inf")), "out_of_range"),
        (changed(height=float("nan")), "out_of_range"),
        (changed(strokes=None), "malformed"),
        (changed(strokes=[]), "nothing_written"),
        (changed(strokes=[[]]), "nothing_written"),
        (changed(strokes=[[[1, 2, 0]], []]), "malformed"),
        (changed(strokes=[[[1, 2]]]), "malformed"),
        (changed(strokes=[[[1, 2, 0, 0]]]), "malformed"),
        (changed(strokes=[[[1, "2", 0]]]), "malformed"),
        (changed(strokes=[[1, 2, 0]]), "malformed"),
        (changed(strokes=[[[1, float("nan"), 0]]]), "not_finite"),
        (changed(strokes=[[[1, 2, float("inf")]]]), "not_finite"),
        (changed(strokes=[[[1e9, 2, 0]]]), "out_of_range"),
        (changed(strokes=[[[10**400, 2, 0]]]), "out_of_range"),
        (changed(strokes=[[[1, 2, 10**400]]]), "out_of_range"),
        (changed(strokes=[[[1, 2, 0]]] * (ink.MAX_STROKES + 1)), "too_many_strokes"),
        (changed(strokes=[[[1, 2, 0]] * (ink.MAX_POINTS + 1)]), "too_many_points"),
    ],
)
def test_other_ink_is_refused_with_a_code(value, code):
    with pytest.raises(ink.WritingError) as error:
        ink.check(value)
    assert error.value.code == code
    assert str(error.value).endswith(".")
