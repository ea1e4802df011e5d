"""Lists of characters that learners make for themselves."""

import secrets
import unicodedata
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import StrIndex
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models.users import User
from characters.models import Character, CharacterQuerySet
from ml.strokes import references

#: Unknown characters that a message names at most.
_NAMED = 20


def pick(text: str) -> tuple[str, str]:
    """The characters of the catalogue in a text, each once, and the other letters and digits in it.

    Blanks, punctuation and the like count for neither.
    """
    found = dict.fromkeys(unicodedata.normalize("NFC", text))
    known = "".join(c for c in found if c in references())
    return known, "".join(c for c in found if c not in references() and unicodedata.category(c)[0] in "LN")


def name_unknown(unknown: str) -> str:
    """`unknown` as a message names them."""
    return " ".join(unknown[:_NAMED]) + (" …" if len(unknown) > _NAMED else "")


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

    def get_absolute_url(self) -> str:
        return reverse("list", args=[self.pk])

    @property
    def shared_url(self) -> str | None:
        return reverse("shared-list", args=[self.shared_as]) if self.shared_as else None

    def clean(self) -> None:
        """Each character once and of the catalogue."""
        known, unknown = pick(self.characters)
        if unknown:
            named = _("Not in the catalogue: %(characters)s") % {"characters": name_unknown(unknown)}
            raise ValidationError({"characters": ValidationError(named, "unknown_characters")})
        if not known:
            raise ValidationError({"characters": ValidationError(_("A list has at least one character."), "required")})
        if len(known) > self.MOST_CHARACTERS:
            many = _("A list has at most %(most)d characters.") % {"most": self.MOST_CHARACTERS}
            raise ValidationError({"characters": ValidationError(many, "too_many_characters")})
        self.characters = known

    def keep(self) -> None:
        """Save it. Raises ValidationError where something is wrong with it, or the user has enough lists."""
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.user_id)  # of two at once the second sees the first
            others = CharacterList.objects.filter(user=self.user_id).exclude(pk=self.pk)
            if self._state.adding and others.count() >= self.MOST:
                enough = _("You have %(most)d lists already. Delete one first.") % {"most": self.MOST}
                raise ValidationError(enough, "too_many_lists")
            if others.filter(name=self.name).exists():
                taken = _("You have a list of this name already.")
                raise ValidationError({"name": ValidationError(taken, "name_taken")})
            self.full_clean(validate_constraints=False)
            self.save()

    def copy_for(self, user: User) -> "CharacterList":
        """A list of `user` with the same characters, under a name that is free. Raises ValidationError as `keep`."""
        taken = set(user.lists.values_list("name", flat=True))
        names = (f"{self.name[:90]} ({number})" for number in range(2, self.MOST + 3))
        name = next(name for name in (self.name, *names) if name not in taken)
        copy = CharacterList(user=user, name=name, characters=self.characters)
        copy.keep()
        return copy

    def rows(self) -> CharacterQuerySet:
        """Its characters in its order."""
        place = StrIndex(models.Value(self.characters), models.F("literal"))
        return Character.objects.filter(literal__in=list(self.characters)).order_by(place)

    def share(self) -> None:
        """Give it a link, or leave it the one that it has."""
        CharacterList.objects.filter(pk=self.pk, shared_as=None).update(shared_as=secrets.token_urlsafe(12))
        self.refresh_from_db(fields=["shared_as"])

    def unshare(self) -> None:
        """Its link ends; shared again, it has another."""
        self.shared_as = None
        self.save(update_fields=["shared_as"])
