"""Who writes with an account."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who signs in with `email`; without a password, by other means only."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


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

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def leave(self) -> None:
        """Nobody signs in any more; `erase_leavers` deletes what is left."""
        self.leaving_since = timezone.now()
        self.is_active = False
        self.save(update_fields=["leaving_since", "is_active"])

    def erase(self) -> None:
        """Delete the user and all that is theirs: drawings, images, examples, addresses, keys and sessions."""
        for attempt in self.attempts.defer("ink").iterator():
            attempt.forget()
        for session in Session.objects.iterator():
            if session.get_decoded().get(SESSION_KEY) == str(self.pk):
                session.delete()
        self.delete()

    def decline(self, guest: uuid.UUID) -> None:
        """Never ask again whether what `guest` wrote is this user's."""
        self.declined_guests = [*self.declined_guests, str(guest)]
        self.save(update_fields=["declined_guests"])
