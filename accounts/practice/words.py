"""Words in the practice: which are offered, and the reviews that scored lines count as."""

from collections.abc import Iterator
from typing import Any, cast

from fsrs import Rating

from accounts.models import Plan, Progress, Review, User, WordReview
from accounts.models.memory import rating
from accounts.models.word_reviews import is_writable, new_words
from characters.models import Word
from scoring.lines.result import legibility_of
from scoring.models import Attempt, AttemptQuerySet, Line, LineQuerySet

#: Kinds of lines that test the memory of a word.
_TESTING = (Line.Kind.DICTATION, Line.Kind.CLOZE)
#: Characters of the plan that count as next.
_NEXT = 20
#: Words for guests of whom nothing is known: common ones in all scripts, at whose hints no other comes to mind.
BEGINNING = ("ねこ", "入口", "カメラ", "食べる", "みせ", "テレビ", "学校", "さかな", "お茶", "先生")


def rate_word(line: Line, **_: Any) -> None:
    """Receiver of `line_scored`: rate the line as a review of its word. A new word joins the practice.

    The rating is that of the worst character, or Again if the line reads as something else. Deleted characters
    don't count.
    """
    if line.user_id is None or line.kind not in _TESTING or line.forgotten_at:
        return
    word = Word.objects.filter(text=line.text, is_hidden=False).first()
    if word is None or not is_writable(word):
        return
    ratings = _ratings(line)
    if not ratings:
        return
    user = User.objects.lock(line.user_id)
    given = min(ratings) if line.is_right else Rating.Again
    WordReview.objects.begin(user, word)
    mine = WordReview.objects.filter(user=user, word=word)
    mine.rate_due(given, user.day_of(line.written_at), saw_reference=line.saw_reference)


def _ratings(line: Line) -> list[Rating]:
    """The ratings of its characters that have a score."""
    found = []
    attempts = line.attempts.filter(forgotten_at=None).select_related("target").prefetch_related("scores")
    for attempt in attempts.exclude(status=Attempt.Status.FAILED):
        score = attempt.newest_score
        legibility = legibility_of(line.text[cast(int, attempt.position) - 1], attempt)
        if score and legibility is not None:
            form, is_incomplete = (score.form, score.lacks_stroke) if attempt.target_id else (None, False)
            found.append(rating(legibility, form, is_incomplete=is_incomplete, saw_reference=line.saw_reference))
    return found


def known_of(user: User) -> frozenset[str]:
    """The characters that `user` has written well, or reviewed."""
    well = Progress.objects.filter(user=user, best__gte=Progress.WELL).values_list("character__literal", flat=True)
    reviewed = Review.objects.filter(user=user, reviewed_on__isnull=False)
    return frozenset(well) | frozenset(reviewed.values_list("character__literal", flat=True))


def known_of_guest(attempts: AttemptQuerySet) -> frozenset[str]:
    """The characters that a guest with these attempts has written well."""
    well = attempts.filter(legibility__gte=Progress.WELL)
    return frozenset(well.order_by().values_list("target__literal", flat=True).distinct())


def new_words_of(user: User) -> Iterator[Word]:
    """The words that `user` doesn't practise yet, the first to learn first."""
    return new_words(user, known_of(user), [one.literal for one in Plan.of(user).new_characters()[:_NEXT]])


def words_of_guest(attempts: AttemptQuerySet, lines: LineQuerySet) -> Iterator[Word]:
    """The words that a guest with these attempts and lines hasn't written yet, the first to learn first."""
    passed = set(lines.order_by().values_list("text", flat=True).distinct())
    for word in new_words(None, known_of_guest(attempts), beginning=BEGINNING):
        if word.text not in passed:
            passed.add(word.text)
            yield word
