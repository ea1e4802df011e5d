"""Scores of characters whose reader knows the text around them."""

import numpy as np
import pytest

from ml.legibility import default_groups
from ml.prior import NeighbourPrior
from tests.support.scorers import scorer_that_reads

IMAGE = np.zeros((64, 64), np.uint8)


def result(target=None, before="", after="", scripts=(), **probabilities):
    scorer = scorer_that_reads(**probabilities)
    [found] = scorer.score([IMAGE], [target], default_groups(), [scripts], [(before, after)])
    return found


def candidates(found):
    return {candidate.character: candidate for candidate in found.candidates}


def test_a_word_makes_its_character_likelier_than_one_of_the_same_script():
    alone, in_word = result("入", 入=0.5, 八=0.45), result("入", after="口", 入=0.5, 八=0.45)
    assert in_word.legibility > alone.legibility
    assert alone.misread_as == ["八"]
    assert in_word.misread_as == []


def test_a_candidate_keeps_its_probability_without_context():
    found = candidates(result("入", after="口", 入=0.5, 八=0.45))
    assert found["八"].alone == 0.45
    assert found["八"].confidence == pytest.approx(0.45 * 0.05 / (0.5 + 0.45 * 0.05 + 0.05), abs=1e-3)


def test_text_without_characters_next_to_it_counts_as_none():
    assert result("入", "、", "。", 入=0.5, 八=0.45) == result("入", 入=0.5, 八=0.45)


def test_the_word_after_a_comma_counts_and_the_one_before_it_does_not():
    assert result("口", "入", 口=0.5, 八=0.4) != result("口", "入、", 口=0.5, 八=0.4) == result("口", 口=0.5, 八=0.4)


def test_without_text_around_it_a_score_is_that_of_the_script():
    scorer = scorer_that_reads(ニ=0.5, 二=0.1, こ=0.3)
    [plain] = scorer.score([IMAGE], ["ニ"], default_groups(), [()])
    assert scorer.score([IMAGE], ["ニ"], default_groups(), [()], [("", "")]) == [plain]


def test_a_likelier_word_does_not_count_against_the_one_that_was_asked_for():
    """人口 is as frequent as 入口 in these tests' words; 人 would win if only frequency counted."""
    prior = NeighbourPrior(np.array([0.9, 0.1, 0.0]), 0.05)
    np.testing.assert_allclose(prior.in_context(np.array([0.4, 0.6, 0.0]), 1), [0.4, 0.6, 0])


def test_no_word_turns_a_clear_drawing_into_another_character():
    found = result("入", after="口", 八=0.995, 入=0.002)
    assert found.legibility <= 10
    assert found.misread_as == ["八"]


def test_a_reader_who_does_not_know_the_target_reads_the_word():
    assert result(before="シャ", シ=0.6, ツ=0.39).candidates[0].character == "ツ"
    assert result(シ=0.6, ツ=0.39).candidates[0].character == "シ"


def test_a_character_that_shares_a_shape_is_expected_through_it():
    """ー has the shape of 一: コーヒー expects it."""
    found = candidates(result("一", "コ", "ヒー", 一=0.5, 乙=0.4))
    assert found["乙"].confidence < 0.1


def test_only_the_characters_of_the_scripts_compete_in_context_too():
    found = result("入", after="口", scripts=["入", "人"], 入=0.5, 八=0.45)
    assert "八" not in candidates(found)


def test_context_reaches_each_image_of_a_batch():
    scorer = scorer_that_reads(シ=0.6, ツ=0.39)
    around = [("シャ", ""), ("", "")]
    first, second = scorer.score([IMAGE] * 2, [None] * 2, default_groups(), [()] * 2, around)
    assert (first.candidates[0].character, second.candidates[0].character) == ("ツ", "シ")


def test_text_of_another_script_makes_no_other_script_likelier_than_it_is_without_text():
    """シャ makes ツ likely, but who asks for a kanji expects one."""
    alone, in_text = result("川", 川=0.5, ツ=0.45), result("川", "シャ", 川=0.5, ツ=0.45)
    assert in_text.legibility == alone.legibility
    assert in_text.misread_as == []


def test_scripts_that_the_caller_names_compete_with_their_full_weight_in_text_too():
    found = candidates(result("川", "シャ", scripts=["川", "ツ"], 川=0.5, ツ=0.45))
    assert found["ツ"].confidence == pytest.approx(0.45 / 0.95, abs=0.03)
