"""Who writes with an account."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models


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

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def decline(self, guest: uuid.UUID) -> None:
        """Never ask again whether what `guest` wrote is this user's."""
        self.declined_guests = [*self.declined_guests, str(guest)]
        self.save(update_fields=["declined_guests"])
