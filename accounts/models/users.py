"""User accounts."""

import uuid
from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models.days import LATEST_START, DayClock
from characters.quoting import quoted


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who signs in with `email`; one without a password can only sign in by other means."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a superuser whose address counts as confirmed.

        The caller has shell access to the server, and mail may not work yet.
        """
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.using(self._db).create(user=user, email=user.email, verified=True, primary=True)
        return user

    def lock(self, pk: int) -> "User":
        """The user, locked until the transaction ends.

        Code that counts or limits a user's rows takes this lock first: of two concurrent transactions the second sees
        the result of the first. Raises User.DoesNotExist when the account has been deleted.
        """
        return self.select_for_update(no_key=True).get(pk=pk)

    def lock_all(self, pks: Collection[int]) -> "dict[int, User]":
        """{pk: user}, locked in one order, so that two callers never wait for each other; see `lock`."""
        return {user.pk: user for user in self.select_for_update(no_key=True).filter(pk__in=pks).order_by("pk")}


@cache
def time_zones() -> frozenset[str]:
    """All IANA names; cached, since listing them opens six hundred files."""
    return frozenset(available_timezones())


def check_time_zone(name: str) -> None:
    """Raise ValidationError, code `unknown_time_zone`, unless `name` is in the IANA database."""
    if name not in time_zones():
        raise ValidationError(
            _("%(name)s is not a time zone. Example: Asia/Tokyo.") % {"name": quoted(name)}, "unknown_time_zone"
        )


class User(AbstractUser):
    """A learner, curator or operator, known by e-mail address."""

    username = None  # type: ignore[assignment]  # Django's way to drop the field
    email = models.EmailField("e-mail address", unique=True)
    declined_guests = models.JSONField(
        default=list, blank=True, editable=False, help_text="Guests whose attempts the user has said are not theirs"
    )

    leaving_since = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text="When the user deleted the account; its data is deleted shortly after",
    )

    language = models.CharField(
        max_length=2,
        choices=settings.LANGUAGES,
        blank=True,
        db_default="",
        help_text="Language of pages and mail; the browser's if empty",
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        validators=[check_time_zone],
        help_text="IANA time zone in which days begin; UTC if empty",
    )
    day_starts_at = models.PositiveSmallIntegerField(
        default=0,
        db_default=0,
        validators=[MaxValueValidator(LATEST_START)],
        help_text=f"Hour at which days begin, 0 to {LATEST_START}; attempts before it count for the day before",
    )
    is_school_strict = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Strokes that end otherwise than in the school form cost form; else they get a note",
    )
    shows_examples = models.BooleanField(
        default=False, db_default=False, help_text="Attempts with a top score are offered as anonymous examples"
    )
    allows_training = models.BooleanField(
        default=False, db_default=False, help_text="Attempts may be used to train models"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[misc,assignment]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=models.Q(day_starts_at__lte=LATEST_START), name="day_starts_before_most_get_up"
            )
        ]

    @property
    def clock(self) -> DayClock:
        """The clock by which the user's days are counted."""
        return DayClock(ZoneInfo(self.time_zone or "UTC"), self.day_starts_at)

    @property
    def today(self) -> date:
        """The user's current day."""
        return self.day_of(timezone.now())

    def day_of(self, moment: datetime) -> date:
        """The user's day to which `moment` belongs."""
        return self.clock.day_of(moment)

    def schedule_deletion(self) -> None:
        """Deactivate the account; the task `delete_accounts` then deletes it with all its data."""
        self.leaving_since = timezone.now()
        self.is_active = False
        self.save(update_fields=["leaving_since", "is_active"])

    def adopt_email(self) -> None:
        """Make `email` the only address for signing in. It counts once its owner has confirmed it.

        Links that confirm an earlier address stop working.
        """
        with transaction.atomic():
            EmailAddress.objects.filter(user=self).delete()
            EmailAddress.objects.create(user=self, email=self.email, verified=False, primary=True)

    def decline(self, guest: uuid.UUID) -> None:
        """Record that the attempts of `guest` are not this user's, so that the user isn't asked again."""
        self.declined_guests = [*self.declined_guests, str(guest)]
        self.save(update_fields=["declined_guests"])
