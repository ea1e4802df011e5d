"""How the script prior changes results, with a network of known probabilities."""

import numpy as np
import pytest

from ml.legibility import default_groups
from ml.prior import WEIGHT, ScriptPrior
from ml.result import alone_also
from tests.support.scorers import CHARACTERS, scorer_that_reads

IMAGE = np.zeros((64, 64), np.uint8)


def result(target=None, scripts=(), **kwargs):
    [found] = scorer_that_reads(**kwargs).score([IMAGE], [target], default_groups(), [scripts])
    return found


def also(found, target=None):
    return alone_also([vars(candidate) for candidate in found.candidates], target)


def confidence(found, character):
    return next(c.confidence for c in found.candidates if c.character == character)


def test_other_scripts_get_a_twentieth_of_their_weight_and_unknown_keeps_its_weight():
    probabilities = np.zeros((1, len(CHARACTERS)))
    probabilities[0, [CHARACTERS.index(c) for c in "こニ"]] = 0.3, 0.6
    [row] = ScriptPrior(CHARACTERS, 0.05).in_context(probabilities, np.array([CHARACTERS.index("こ")]))
    total = 0.3 + 0.6 * 0.05 + 0.1
    assert row[CHARACTERS.index("こ")] == pytest.approx(0.3 / total)
    assert row[CHARACTERS.index("ニ")] == pytest.approx(0.03 / total)
    assert 1 - row.sum() == pytest.approx(0.1 / total)


@pytest.mark.parametrize(
    ("target", "other", "is_same"),
    [
        ("あ", "ん", True),
        ("あ", "ア", False),
        ("日", "月", True),
        ("A", "7", True),
        ("A", "ア", False),
        ("カ", "力", False),
    ],
)
def test_letters_and_digits_are_one_script_and_hiragana_and_katakana_are_two(target, other, is_same):
    same = ScriptPrior(CHARACTERS).is_same_script(np.array([CHARACTERS.index(target)]))
    assert same[0, CHARACTERS.index(other)] == is_same


def test_a_hiragana_target_outweighs_a_katakana_of_the_same_shape():
    alone, known = result(こ=0.3, ニ=0.65), result("こ", こ=0.3, ニ=0.65)
    assert alone.candidates[0].character == "ニ"
    assert known.candidates[0].character == "こ"
    assert known.legibility >= 60
    assert known.misread_as == []


def test_the_likeliest_character_without_context_is_an_alternative():
    found = result("こ", こ=0.3, ニ=0.65)
    assert also(found, "こ") == ["ニ"]
    assert next(c.alone for c in found.candidates if c.character == "ニ") == pytest.approx(0.65, abs=1e-3)


def test_without_a_target_only_likely_characters_of_other_scripts_are_alternatives():
    found = result(し=0.5, l=0.3, じ=0.15)
    assert (found.candidates[0].character, also(found), found.misread_as) == ("し", ["l"], [])


def test_a_likely_character_of_the_targets_script_is_a_misreading_and_no_alternative():
    found = result("未", 未=0.3, 末=0.65)
    assert (found.misread_as, also(found, "未")) == (["末"], [])
    assert found.legibility < 60


def test_scripts_of_the_caller_override_the_prior():
    found = result("こ", ["kana"], こ=0.3, ニ=0.65)
    assert found.candidates[0].character == "ニ"
    assert confidence(found, "こ") == pytest.approx(0.3, abs=1e-3)


def test_lookalikes_are_pooled_after_weighting():
    found = result("ロ", ロ=0.2, 口=0.7, 日=0.05)
    assert found.candidates[0].character == "ロ"
    assert found.candidates[0].lookalikes == ["口"]
    total = 0.2 + 0.75 * WEIGHT + 0.05
    assert found.candidates[0].confidence == pytest.approx((0.2 + 0.7 * WEIGHT) / total, abs=1e-3)


@pytest.mark.parametrize("target", ["し", "l"])
def test_a_candidate_has_the_score_that_it_gets_as_the_target(target):
    free, chosen = result(し=0.55, l=0.4), result(target, し=0.55, l=0.4)
    promised = next(c.legibility for c in free.candidates if target in [c.character, *c.lookalikes])
    assert promised == chosen.legibility


@pytest.mark.parametrize(("probability", "score", "is_known"), [(0.686, 80, True), (0.683, 79, False)])
def test_an_attempt_that_scores_80_or_more_is_known_at_any_threshold(probability, score, is_known):
    scored = result("坊", known_from=0.99, 坊=probability)
    assert (scored.legibility, scored.known) == (score, is_known)


@pytest.mark.parametrize(("probability", "score", "is_known"), [(0.686, 80, True), (0.683, 79, False)])
def test_an_attempt_without_a_target_is_known_if_a_candidate_scores_80_or_more(probability, score, is_known):
    found = result(known_from=0.99, 坊=probability)
    assert (found.candidates[0].legibility, found.known) == (score, is_known)


def test_older_results_without_alone_have_alternatives():
    old = [
        {"character": "し", "confidence": 0.6},
        {"character": "l", "confidence": 0.3},
        {"character": "L", "confidence": 0.05},
    ]
    assert alone_also(old, None) == ["l"]


def test_without_candidates_there_are_no_alternatives():
    assert alone_also([], "永") == alone_also([], None) == []


def test_a_changed_lookalike_group_is_used_by_the_next_call():
    groups, one = {"口": 1, "ロ": 1}, scorer_that_reads(口=0.5, ロ=0.45)
    assert one.score([IMAGE], [None], groups, [()])[0].candidates[0].lookalikes == ["ロ"]
    del groups["ロ"]
    assert one.score([IMAGE], [None], groups, [()])[0].candidates[0].lookalikes == []


@pytest.mark.parametrize(
    ("target", "scripts", "read"),
    [("山", (), "口"), ("ア", (), "ロ"), ("山", ("kanji", "katakana"), "ロ"), (None, (), "ロ")],
)
def test_of_lookalikes_a_reader_names_the_one_in_the_script_of_the_target(target, scripts, read):
    assert result(target, scripts, 口=0.2, ロ=0.7).candidates[0].character == read


@pytest.mark.parametrize(("probability", "named"), [(0.11, ["末"]), (0.09, [])])
def test_a_misreading_has_a_probability_of_at_least_a_tenth(probability, named):
    assert result("未", 未=0.8, 末=probability).misread_as == named


def test_a_result_has_ten_candidates_sorted_by_their_probability_in_context():
    found = result("あ", あ=0.3, ア=0.4, **dict(zip("いうえおかきくけこさ", [0.02] * 10, strict=True)))
    shown = [candidate.confidence for candidate in found.candidates]
    assert len(shown) == 10
    assert shown == sorted(shown, reverse=True)
    assert "ア" in [candidate.character for candidate in found.candidates]


def test_the_group_of_the_target_is_represented_by_the_target():
    found = result("ロ", ロ=0.1, 口=0.8)
    assert (found.candidates[0].character, found.candidates[0].lookalikes) == ("ロ", ["口"])
    assert result(ロ=0.1, 口=0.8).candidates[0].character == "口"


def test_an_attempt_is_known_by_its_probability_without_context():
    assert result("こ", known_from=0.9, こ=0.05, ニ=0.85).known
    assert not result("こ", known_from=0.91, こ=0.05, ニ=0.3).known


def test_a_likely_character_that_the_scripts_exclude_is_named():
    excluded = result(scripts=["kana"], 食=0.8, か=0.1).excluded
    assert excluded
    assert (excluded.character, excluded.alone) == ("食", pytest.approx(0.8))
    assert excluded.legibility == result("食", 食=0.8, か=0.1).legibility


@pytest.mark.parametrize(
    ("scripts", "probabilities"),
    [
        ([], {"食": 0.8}),
        (["kanji"], {"食": 0.8}),
        (["kana"], {"食": 0.49, "か": 0.4}),
        (["katakana"], {"口": 0.8, "ロ": 0.1}),  # one group, and ロ is allowed
    ],
    ids=["no scripts", "allowed", "unlikely", "its lookalike is allowed"],
)
def test_no_excluded_character_is_named(scripts, probabilities):
    assert result(scripts=scripts, **probabilities).excluded is None


def test_only_characters_of_the_chosen_scripts_are_candidates_or_lookalikes():
    found = result(scripts=["katakana"], 口=0.6, ロ=0.3)
    assert (found.candidates[0].character, found.candidates[0].lookalikes) == ("ロ", [])
    assert all("ァ" <= candidate.character <= "ヶ" for candidate in found.candidates)


def test_a_reader_of_a_line_expects_the_script_of_each_character_that_was_asked_for():
    row = np.zeros(len(CHARACTERS))
    row[[CHARACTERS.index(c) for c in "十t"]] = 0.4, 0.5
    prior = ScriptPrior(CHARACTERS, 0.05)
    first, second = prior.in_line(np.stack([row, row]), "十t")
    assert first.argmax() == CHARACTERS.index("十")
    assert second.argmax() == CHARACTERS.index("t")
    np.testing.assert_allclose(first, prior.in_context(row[None], np.array([CHARACTERS.index("十")]))[0])


def test_a_character_outside_the_catalogue_is_expected_in_its_own_script_and_in_those_of_its_shape():
    row = np.full((1, len(CHARACTERS)), 1e-4)
    [found] = ScriptPrior(CHARACTERS, 0.05).in_line(row, "ー")
    of = {c: found[CHARACTERS.index(c)] for c in "一lトの"}
    assert of["一"] == of["l"] == of["ト"] == pytest.approx(20 * of["の"])
