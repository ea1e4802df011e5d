"""Lists of characters that learners make for themselves."""

import secrets
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models.users import User
from ml.strokes import references


class CharacterList(models.Model):
    """Characters in an order of one's own. Whoever knows the link of a shared one can read it."""

    #: A list has so many characters, and a learner so many lists, at most.
    MOST_CHARACTERS = 1000
    MOST = 100

    user = models.ForeignKey(User, models.CASCADE, related_name="lists")
    name = models.CharField(max_length=100)
    characters = models.TextField(help_text="One after the other, without anything between them")
    shared_as = models.CharField(
        max_length=32, unique=True, null=True, blank=True, editable=False, help_text="What the link ends in"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint("user", "name", name="list_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Each character once and of the catalogue; blanks and commas between them don't count."""
        literals = dict.fromkeys(c for c in self.characters if not c.isspace() and c not in ",、，。")
        if unknown := [c for c in literals if c not in references()]:
            raise ValidationError(
                {"characters": _("Not in the catalogue: %(characters)s") % {"characters": " ".join(unknown[:20])}}
            )
        if not literals:
            raise ValidationError({"characters": _("A list has at least one character.")})
        if len(literals) > self.MOST_CHARACTERS:
            raise ValidationError(
                {"characters": _("A list has at most %(most)s characters.") % {"most": self.MOST_CHARACTERS}}
            )
        self.characters = "".join(literals)

    def share(self) -> None:
        """Give it a link, or leave it the one that it has."""
        self.shared_as = self.shared_as or secrets.token_urlsafe(12)
        self.save(update_fields=["shared_as"])

    def unshare(self) -> None:
        """Its link ends; shared again, it has another."""
        self.shared_as = None
        self.save(update_fields=["shared_as"])
