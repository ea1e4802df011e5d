"""Reasons for misreadings: how readers tell the target from the characters that an attempt may be misread as."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.utils.safestring import SafeString
from django.utils.translation import ngettext, pgettext

from characters import language
from characters.drawing import ink_paths, reference_paths
from characters.models import Difference, Differences, LookalikeGroup
from characters.pictures import Picture
from ml.strokes import references
from scoring.models import Attempt, Score


@dataclass(frozen=True)
class Reason:
    """Why an attempt may be misread as `character`."""

    character: str
    #: How readers tell the target from it, and the language of this sentence.
    text: str
    language: str
    #: A sentence in the active language that names the deciding strokes; empty if it would name all or none.
    hint: str
    #: Numbers, from 1, of the deciding strokes: of the attempt, of the target's reference and of the character's.
    strokes: list[int]
    reference: list[int]
    character_reference: list[int]


class Reasons:
    """The reasons for the misreadings of any number of scores. Reads the lookalike groups once, if at all."""

    def of(self, score: Score | None) -> list[Reason]:
        """One reason for each character of `score.misread_as` that a lookalike group tells from the target."""
        if not score or not score.misread_as or not score.attempt.target:
            return []
        target = score.attempt.target.literal
        found = ((other, self._differences.between(target, other)) for other in score.misread_as)
        return [_reason(score, target, other, difference) for other, difference in found if difference]

    @cached_property
    def _differences(self) -> Differences:
        return LookalikeGroup.objects.differences()


def _reason(score: Score, target: str, other: str, difference: Difference) -> Reason:
    text_language, text = language.reason(difference.reason)
    hint = ""
    if difference.strokes:
        hint = _hint(target, difference.strokes)
    elif difference.other_strokes:
        hint = _hint(other, difference.other_strokes)
    written = _written(score, difference)
    return Reason(other, text, text_language, hint, written, difference.strokes, difference.other_strokes)


def _written(score: Score, difference: Difference) -> list[int]:
    """Numbers of the attempt's strokes that decide, from 1; empty if the strokes were not matched.

    Where the target lacks the stroke that decides, these are the strokes without a counterpart.
    """
    ink = score.attempt.ink
    if not ink or not score.counterparts:
        return []
    if difference.strokes:
        return sorted({own for own, nth in score.counterparts if nth in difference.strokes})
    matched = {own for own, _nth in score.counterparts}
    return [own for own in range(1, len(ink["strokes"]) + 1) if own not in matched]


def _hint(literal: str, numbers: Sequence[int]) -> str:
    """A sentence that names the strokes with `numbers` of `literal`; empty if these are all its strokes."""
    if len(numbers) == len(references()[literal]):
        return ""
    text = ngettext(
        "Look at stroke %(numbers)s of %(literal)s.", "Look at strokes %(numbers)s of %(literal)s.", len(numbers)
    )
    return text % {"numbers": _listed(numbers), "literal": literal}


def _listed(numbers: Sequence[int]) -> str:
    """Rising `numbers` as text, three or more in a row as a range: 1, 2 and 4–6."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    texts: list[str] = []
    for run in runs:
        span = pgettext("strokes", "%(first)s–%(last)s") % {"first": run[0], "last": run[-1]}
        texts += [span] if len(run) > 2 else map(str, run)
    *others, last = texts
    if not others:
        return last
    listed = pgettext("strokes", ", ").join(others)
    return pgettext("strokes", "%(items)s and %(last)s") % {"items": listed, "last": last}


@dataclass(frozen=True)
class StrokesPicture:
    """Strokes as SVG paths, each with whether it is highlighted."""

    title: str
    box: str
    pen: str
    strokes: list[tuple[SafeString, bool]]

    @classmethod
    def of_reference(cls, literal: str, highlighted: Sequence[int]) -> Self:
        return cls(literal, "-3 -3 115 115", "4", _paths(reference_paths(literal), highlighted))

    @classmethod
    def of_ink(cls, ink: dict[str, Any], highlighted: Sequence[int]) -> Self:
        picture = Picture.of_ink(ink)
        return cls("", picture.box, picture.pen, _paths(ink_paths(ink), highlighted))


def _paths(paths: Sequence[str], highlighted: Sequence[int]) -> list[tuple[SafeString, bool]]:
    return [(SafeString(path), number in highlighted) for number, path in enumerate(paths, 1)]


def with_pictures(attempt: Attempt) -> list[tuple[Reason, list[StrokesPicture]]]:
    """The reasons of an attempt's score, each with the attempt, the target and the other character as pictures.

    Characters with the same sentence have one reason, the likeliest's.
    """
    likeliest: dict[str, Reason] = {}
    for reason in Reasons().of(attempt.score):
        likeliest.setdefault(reason.text, reason)
    return [(reason, _pictures(attempt, reason)) for reason in likeliest.values()]


def _pictures(attempt: Attempt, reason: Reason) -> list[StrokesPicture]:
    pictures = [StrokesPicture.of_ink(attempt.ink, reason.strokes)] if attempt.ink and reason.strokes else []
    if attempt.target:
        pictures.append(StrokesPicture.of_reference(attempt.target.literal, reason.reference))
    return [*pictures, StrokesPicture.of_reference(reason.character, reason.character_reference)]
