"""Imports what an export has besides attempts: lists, preferences, the plan and reviews."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast
from zipfile import ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import CharacterList, Plan, Review, User, WordReview
from accounts.models.days import LATEST_START
from accounts.models.plan import Order
from accounts.models.users import check_time_zone
from accounts.transfer.importing.archive import rows
from accounts.transfer.importing.values import (
    Skipped,
    SkipReason,
    is_number,
    is_storable,
    read_character,
    read_date,
)
from characters.models import Character, Word

#: Most characters of a word.
_LONGEST_WORD = 16


class AccountImport:
    """Adds data that a user's account lacks, and counts invalid data in `skipped`. The user is locked."""

    def __init__(self, archive: ZipFile, user: User, characters: Mapping[str, int], skipped: Counter[str]) -> None:
        self.archive, self.user, self.characters, self.skipped = archive, user, characters, skipped

    def run(self, account: dict[str, Any]) -> None:
        self.import_lists()
        self.import_preferences(account)
        self.import_reviews()
        self.import_word_reviews()

    def import_lists(self) -> None:
        """Add the lists whose names the user doesn't use yet, as far as the user may have more lists."""
        room = CharacterList.MOST - self.user.lists.count()
        names = set(self.user.lists.values_list("name", flat=True))
        for row in self.rows("lists.json"):
            name, characters = row.get("name"), row.get("characters")
            if not (isinstance(name, str) and name.strip() and name.isprintable() and isinstance(characters, str)):
                self.skipped[SkipReason.MALFORMED_LIST] += 1
            elif name not in names and room > 0:
                added = CharacterList(user=self.user, name=name, characters=characters)
                try:
                    added.full_clean()
                except ValidationError:
                    self.skipped[SkipReason.MALFORMED_LIST] += 1
                    continue
                added.save()
                names.add(name)
                room -= 1

    def import_preferences(self, account: dict[str, Any]) -> None:
        """Set the language, clock and plan that the user lacks. Consents hold for one site only."""
        language, time_zone = account.get("language"), account.get("time_zone")
        if not self.user.language and language in [code for code, _ in settings.LANGUAGES]:
            self.user.language = cast(str, language)
        if not self.user.time_zone and isinstance(time_zone, str) and time_zone:
            try:
                check_time_zone(time_zone)
                self.user.time_zone = time_zone
            except ValidationError:
                self.skipped[SkipReason.UNKNOWN_TIME_ZONE] += 1
        starts_at = account.get("day_starts_at")
        if not self.user.day_starts_at and type(starts_at) is int and 0 <= starts_at <= LATEST_START:
            self.user.day_starts_at = starts_at
        self.user.save(update_fields=["language", "time_zone", "day_starts_at"])
        if isinstance(account.get("plan"), dict) and not Plan.objects.filter(user=self.user).exists():
            self.import_plan(account["plan"])

    def import_plan(self, row: dict[str, Any]) -> None:
        names = ["new_per_day", "order", "scripts", "character_set", "daily_goal", "reminds", "reminds_at"]
        plan = Plan(user=self.user, **{name: row[name] for name in names if name in row})
        if isinstance(row.get("list"), str) and is_storable(row["list"]):
            plan.list = self.user.lists.filter(name=row["list"]).first()
        if plan.order == Order.LIST and not plan.list:
            plan.order = Order.GRADE
        scripts = plan.scripts
        try:
            if not isinstance(scripts, list) or not all(script in Character.Script.values for script in scripts):
                raise Skipped
            plan.full_clean()
        except (Skipped, ValidationError, TypeError, OverflowError):
            self.skipped[SkipReason.MALFORMED_PLAN] += 1
            return
        plan.save()

    def import_reviews(self) -> None:
        """Add the reviews. Of two reviews of a character, keep the one that was reviewed later."""
        mine = {review.character_id: review for review in self.user.reviews.all()}
        for row in self.rows("reviews.json"):
            try:
                review = self.review(row)
            except Skipped:
                self.skipped[SkipReason.MALFORMED_REVIEW] += 1
                continue
            own = mine.get(review.character_id)
            if own and (own.reviewed_on or date.min) >= (review.reviewed_on or date.min):
                continue
            review.pk = own.pk if own else None
            review.save()
            mine[review.character_id] = review

    def import_word_reviews(self) -> None:
        """Add the reviews of words that this site has, as those of characters."""
        mine = {review.word_id: review for review in self.user.word_reviews.all()}
        rows = list(self.rows("word_reviews.json"))
        texts = [row["word"] for row in rows if isinstance(row.get("word"), str) and len(row["word"]) <= _LONGEST_WORD]
        words = dict(Word.objects.filter(text__in=filter(is_storable, texts)).values_list("text", "pk"))
        for row in rows:
            try:
                memory = self.memory(row)
            except Skipped:
                self.skipped[SkipReason.MALFORMED_REVIEW] += 1
                continue
            word = words.get(row["word"]) if isinstance(row.get("word"), str) else None
            if word is None:
                self.skipped[SkipReason.UNKNOWN_WORD] += 1
                continue
            own = mine.get(word)
            if own and (own.reviewed_on or date.min) >= (memory["reviewed_on"] or date.min):
                continue
            mine[word] = WordReview(pk=own.pk if own else None, user=self.user, word_id=word, **memory)
            mine[word].save()

    def review(self, row: dict[str, Any]) -> Review:
        """The unsaved review. Raises Skipped."""
        memory, character = self.memory(row), read_character(row.get("character"), self.characters)
        if character is None:
            raise Skipped
        return Review(user=self.user, character_id=character, **memory)

    def memory(self, row: dict[str, Any]) -> dict[str, Any]:
        """The fields of a Memory. Raises Skipped."""
        begun_on, reviewed_on = read_date(row.get("begun_on")), row.get("reviewed_on")
        reviewed_on = None if reviewed_on is None else read_date(reviewed_on)
        due_on = read_date(row.get("due_on"), latest=self.user.today + timedelta(days=36500))
        stability: Any = row.get("stability")
        difficulty: Any = row.get("difficulty")
        counts: list[Any] = [row.get("reviews"), row.get("lapses")]
        is_sound = all(type(count) is int and 0 <= count <= 1_000_000 for count in counts)
        if reviewed_on is None:
            is_sound = is_sound and stability is None and difficulty is None
        else:
            is_sound = is_sound and is_number(stability) and 0 < stability <= 36500 and is_number(difficulty)
            is_sound = is_sound and 1 <= difficulty <= 10
        if not is_sound:
            raise Skipped
        return {
            "begun_on": begun_on,
            "due_on": due_on,
            "reviewed_on": reviewed_on,
            "stability": stability,
            "difficulty": difficulty,
            "reviews": counts[0],
            "lapses": counts[1],
        }

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        for row in rows(self.archive, name):
            if row is None:
                self.skipped[SkipReason.MALFORMED] += 1
            else:
                yield row
