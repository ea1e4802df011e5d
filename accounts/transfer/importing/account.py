"""What an export has beside the writings: lists, preferences and plan, and what is practised."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast
from zipfile import ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError

from accounts.models import CharacterList, Plan, Review, User
from accounts.models.plan import Order
from accounts.models.users import check_time_zone
from accounts.transfer.importing.archive import rows
from accounts.transfer.importing.values import LeftOut, character_id, day_of, is_number
from characters.models import Character


class Account:
    """Adds to a learner's account what it hasn't yet; what isn't taken is counted in `skipped`."""

    def __init__(self, archive: ZipFile, user: User, characters: Mapping[str, int], skipped: Counter[str]) -> None:
        self.archive, self.user, self.characters, self.skipped = archive, user, characters, skipped

    def take(self, about: dict[str, Any]) -> None:
        self.take_lists()
        self.take_account(about)
        self.take_reviews()

    def take_lists(self) -> None:
        """Lists by name; one's own of the same name stays as it is."""
        room = CharacterList.MOST - self.user.lists.count()
        names = set(self.user.lists.values_list("name", flat=True))
        for said in self.rows("lists.json"):
            name, characters = said.get("name"), said.get("characters")
            if not (isinstance(name, str) and name.strip() and name.isprintable() and isinstance(characters, str)):
                self.skipped["malformed_list"] += 1
            elif name not in names and room > 0:
                made = CharacterList(user=self.user, name=name, characters=characters)
                try:
                    made.full_clean()
                except ValidationError:
                    self.skipped["malformed_list"] += 1
                    continue
                made.save()
                names.add(name)
                room -= 1

    def take_account(self, about: dict[str, Any]) -> None:
        """Plan and preferences where the user has none. What one agreed to, one agrees to again in each account."""
        language, time_zone = about.get("language"), about.get("time_zone")
        if not self.user.language and language in [code for code, _ in settings.LANGUAGES]:
            self.user.language = cast(str, language)
        if not self.user.time_zone and isinstance(time_zone, str) and time_zone:
            try:
                check_time_zone(time_zone)
                self.user.time_zone = time_zone
            except ValidationError:
                self.skipped["unknown_time_zone"] += 1
        self.user.save(update_fields=["language", "time_zone"])
        if isinstance(about.get("plan"), dict) and not Plan.objects.filter(user=self.user).exists():
            self.take_plan(about["plan"])

    def take_plan(self, said: dict[str, Any]) -> None:
        names = ["new_per_day", "order", "scripts", "daily_goal", "reminds", "reminds_at"]
        plan = Plan(user=self.user, **{name: said[name] for name in names if name in said})
        if isinstance(said.get("list"), str):
            plan.list = self.user.lists.filter(name=said["list"].replace("\0", "")).first()
        if plan.order == Order.LIST and not plan.list:
            plan.order = Order.GRADE
        scripts = plan.scripts
        try:
            if not isinstance(scripts, list) or not all(script in Character.Script.values for script in scripts):
                raise ValidationError("Unknown scripts.")
            plan.full_clean()
        except (ValidationError, TypeError):
            self.skipped["malformed_plan"] += 1
            return
        plan.save()

    def take_reviews(self) -> None:
        """What is practised; of two memories of a character the one that was reviewed last."""
        mine = {review.character_id: review for review in self.user.reviews.all()}
        for said in self.rows("reviews.json"):
            try:
                review = self.review(said)
            except LeftOut:
                self.skipped["malformed_review"] += 1
                continue
            own = mine.get(review.character_id)
            if own and (own.reviewed_on or date.min) >= (review.reviewed_on or date.min):
                continue
            review.pk = own.pk if own else None
            review.save()
            mine[review.character_id] = review

    def review(self, said: dict[str, Any]) -> Review:
        begun_on, reviewed_on = day_of(said.get("begun_on")), said.get("reviewed_on")
        reviewed_on = None if reviewed_on is None else day_of(reviewed_on)
        due_on = day_of(said.get("due_on"), latest=self.user.today + timedelta(days=36500))
        character = character_id(said.get("character"), self.characters)
        stability: Any = said.get("stability")
        difficulty: Any = said.get("difficulty")
        counts: list[Any] = [said.get("reviews"), said.get("lapses")]
        is_sound = character is not None and all(type(count) is int and 0 <= count <= 1_000_000 for count in counts)
        if reviewed_on is None:
            is_sound = is_sound and stability is None and difficulty is None
        else:
            is_sound = is_sound and is_number(stability) and 0 < stability <= 36500 and is_number(difficulty)
            is_sound = is_sound and 1 <= difficulty <= 10
        if not is_sound:
            raise LeftOut("malformed")
        return Review(
            user=self.user,
            character_id=cast(int, character),
            begun_on=begun_on,
            due_on=due_on,
            reviewed_on=reviewed_on,
            stability=stability,
            difficulty=difficulty,
            reviews=counts[0],
            lapses=counts[1],
        )

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        for row in rows(self.archive, name):
            if row is None:
                self.skipped["malformed"] += 1
            else:
                yield row
