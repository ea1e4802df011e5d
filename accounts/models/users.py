"""Who writes with an account."""

import uuid
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with `email`; without a password, by other means only."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Whoever makes one has the machine, so that no mail confirms the address: mail may not work yet."""
        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.using(self._db).create(user=user, email=user.email, verified=True, primary=True)
        return user


def check_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is one of the IANA database."""
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is no time zone: one is Asia/Tokyo.") % {"name": name}, "unknown_time_zone")


class User(AbstractUser):
    """A learner, curator or operator, known by e-mail address."""

    username = None  # type: ignore[assignment]  # Django's way to drop the field
    email = models.EmailField("e-mail address", unique=True)
    declined_guests = models.JSONField(
        default=list, blank=True, editable=False, help_text="Guests whose drawings are somebody else's"
    )

    leaving_since = models.DateTimeField(
        null=True, blank=True, editable=False, db_index=True, help_text="Since when the account waits to be erased"
    )

    language = models.CharField(
        max_length=2,
        choices=settings.LANGUAGES,
        blank=True,
        db_default="",
        help_text="Of the pages and mails; the browser's if empty",
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        validators=[check_time_zone],
        help_text="What decides when a day begins; UTC if empty",
    )
    shows_examples = models.BooleanField(
        default=False, db_default=False, help_text="Offers good writings as examples by itself, without a name"
    )
    allows_training = models.BooleanField(
        default=False, db_default=False, help_text="Lets models learn from the writings"
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or "UTC")

    @property
    def today(self) -> date:
        return self.day_of(timezone.now())

    def day_of(self, moment: datetime) -> date:
        """The day that `moment` is in, where the user is."""
        return moment.astimezone(self.zone).date()

    def leave(self) -> None:
        """Nobody signs in any more; `erase_leavers` deletes what is left."""
        self.leaving_since = timezone.now()
        self.is_active = False
        self.save(update_fields=["leaving_since", "is_active"])

    def decline(self, guest: uuid.UUID) -> None:
        """Never ask again whether what `guest` wrote is this user's."""
        self.declined_guests = [*self.declined_guests, str(guest)]
        self.save(update_fields=["declined_guests"])
