"""Lists of characters that learners make."""

import secrets

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import StrIndex
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.models.users import User
from characters.catalogue import name_unknown, split_known
from characters.models import Character, CharacterQuerySet


class CharacterList(models.Model):
    """Characters in an order that the learner chose. A shared list can be read by anyone who has its link."""

    #: Most characters in a list.
    MOST_CHARACTERS = 1000
    #: Most lists a learner can have.
    MOST = 100

    user = models.ForeignKey(User, models.CASCADE, related_name="lists")
    name = models.CharField(max_length=100)
    characters = models.TextField(help_text="One after the other, without separators")
    shared_as = models.CharField(
        max_length=32,
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text="Last part of the link's address; empty if the list isn't shared",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint("user", "name", name="list_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("list", args=[self.pk])

    @property
    def shared_url(self) -> str | None:
        return reverse("shared-list", args=[self.shared_as]) if self.shared_as else None

    def clean(self) -> None:
        """Remove duplicates from `characters`.

        Raises ValidationError for `characters`: `unknown_characters`, `required` or `too_many_characters`.
        """
        known, unknown = split_known(self.characters)
        if unknown:
            named = _("Not in the catalogue: %(characters)s") % {"characters": name_unknown(unknown)}
            raise ValidationError({"characters": ValidationError(named, "unknown_characters")})
        if not known:
            raise ValidationError(
                {"characters": ValidationError(_("A list must have at least one character."), "required")}
            )
        if len(known) > self.MOST_CHARACTERS:
            many = _("A list can have at most %(most)s characters.") % {"most": number_format(self.MOST_CHARACTERS)}
            raise ValidationError({"characters": ValidationError(many, "too_many_characters")})
        self.characters = known

    def keep(self) -> None:
        """Validate and save the list.

        Raises ValidationError: per field as `clean` does, and `name_taken` for `name`; `too_many_lists` for the whole.
        """
        with transaction.atomic():
            User.objects.lock(self.user_id)
            others = CharacterList.objects.filter(user=self.user_id).exclude(pk=self.pk)
            if self._state.adding and others.count() >= self.MOST:
                enough = _("You already have %(most)d lists. Delete one first.") % {"most": self.MOST}
                raise ValidationError(enough, "too_many_lists")
            if others.filter(name=self.name).exists():
                taken = _("You already have a list with this name.")
                raise ValidationError({"name": ValidationError(taken, "name_taken")})
            self.full_clean(validate_constraints=False)
            if self._state.adding:
                self.save()
            else:  # not its link, which may have been removed meanwhile
                CharacterList.objects.filter(pk=self.pk).update(name=self.name, characters=self.characters)

    def copy_for(self, user: User) -> "CharacterList":
        """Save a list of `user` with the same characters, under a free name. Raises ValidationError as `keep` does."""
        taken = set(user.lists.values_list("name", flat=True))
        names = (f"{self.name[:90]} ({number})" for number in range(2, self.MOST + 3))
        name = next(name for name in (self.name, *names) if name not in taken)
        copy = CharacterList(user=user, name=name, characters=self.characters)
        copy.keep()
        return copy

    def rows(self) -> CharacterQuerySet:
        """The characters as rows of the catalogue, in the list's order."""
        index = StrIndex(models.Value(self.characters), models.F("literal"))
        return Character.objects.filter(literal__in=list(self.characters)).order_by(index)

    def share(self) -> None:
        """Create a link to the list, unless it has one."""
        CharacterList.objects.filter(pk=self.pk, shared_as=None).update(shared_as=secrets.token_urlsafe(12))
        self.refresh_from_db(fields=["shared_as"])

    def unshare(self) -> None:
        """Remove the list's link. Sharing the list again creates a different one."""
        self.shared_as = None
        self.save(update_fields=["shared_as"])
