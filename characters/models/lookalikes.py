"""Groups of characters that look alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import permutations, product
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from simple_history.models import HistoricalRecords

from characters.fields import TextListField
from ml.strokes import references


@dataclass(frozen=True)
class Difference:
    """How readers tell two characters apart.

    `reason`: a group's sentence. `strokes` and `other_strokes`: the numbers, from 1, of the strokes that decide, of the
    first character's reference and of the other's; empty if the first lacks the stroke, or if none decides.
    """

    reason: str
    strokes: list[int]
    other_strokes: list[int]


class Differences:
    """The differences between the members of `groups`."""

    def __init__(self, groups: Iterable["LookalikeGroup"]) -> None:
        self._pools: dict[str, str] = {}
        self._pairs: dict[tuple[str, str], LookalikeGroup] = {}
        for group in groups:
            if group.is_pooled:
                self._pools.update(dict.fromkeys(group.members, group.members))
            else:
                for pair in permutations(group.members, 2):
                    self._pairs.setdefault(pair, group)

    def between(self, literal: str, other: str) -> Difference | None:
        """How readers tell `literal` from `other`; None if no group has both.

        A pooled lookalike stands in for either: what tells 刀 from 力 tells it from カ too.
        """
        mine, theirs = (self._pools.get(one, one) for one in (literal, other))
        pairs = [(literal, other), *product(mine, theirs)]
        pair = next((pair for pair in pairs if pair in self._pairs), None)
        if pair is None or mine == theirs:
            return None
        group = self._pairs[pair]
        deciding = group.strokes_by_member()
        strokes, other_strokes = (
            deciding.get(member, []) if _have_the_same_strokes(one, member) else []
            for one, member in zip((literal, other), pair, strict=True)
        )
        return Difference(group.reason, strokes, other_strokes)


def _have_the_same_strokes(one: str, other: str) -> bool:
    """Whether two pooled characters are written with the same strokes, in the same order."""
    return len(references()[one]) == len(references()[other])


class LookalikeGroupQuerySet(models.QuerySet["LookalikeGroup"]):
    def pooled(self) -> dict[str, int]:
        """{literal: id of its pooled group} for every character that is in one."""
        groups = self.filter(is_pooled=True).order_by("pk").values_list("pk", "members")
        return {character: group for group, members in groups for character in members}

    def of(self, literal: str) -> Self:
        """The groups that contain `literal`, pooled ones first."""
        return self.filter(members__contains=literal).order_by("-is_pooled", "pk")

    def differences(self) -> Differences:
        """The differences between members of these groups. One query."""
        return Differences(self.order_by("pk").only("members", "is_pooled", "reason", "deciding_strokes"))


class LookalikeGroup(models.Model):
    """Characters that look alike. Readers can't tell the members of a pooled group apart without context."""

    members = models.CharField(max_length=16, help_text="The characters, without separators")
    is_pooled = models.BooleanField(
        "pooled", default=True, help_text="Readers can't tell them apart; they share probability and score"
    )
    reason = models.CharField(max_length=300, help_text="Why readers can't tell them apart, or how they can")
    deciding_strokes = TextListField(
        db_default=[],
        help_text="Members with the numbers of the strokes that tell them from the others: 土 1 3; 士 1 3. "
        "A member that lacks the stroke is left out. Results show these strokes in red",
    )
    modified_at = models.DateTimeField(auto_now=True, db_index=True)

    history = HistoricalRecords(excluded_fields=["modified_at"])
    objects = LookalikeGroupQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("members", "is_pooled", name="lookalike_group_once")]

    def __str__(self) -> str:
        return " ".join(self.members)

    def clean(self) -> None:
        """Sort the members and the deciding strokes in catalogue order. Raises ValidationError.

        A group needs at least two characters of the catalogue, and a character is in at most one pooled group. Each
        member has at most one item of deciding strokes, and its reference has those strokes.
        """
        literals = dict.fromkeys(self.members.replace(" ", ""))
        if unknown := [literal for literal in literals if literal not in references()]:
            raise ValidationError({"members": f"Not in the catalogue: {' '.join(unknown)}"})
        if len(literals) < 2:
            raise ValidationError({"members": "A group has at least two characters."})
        order = list(references())
        self.members = "".join(sorted(literals, key=order.index))
        if self.is_pooled:
            pooled = LookalikeGroup.objects.exclude(pk=self.pk).pooled()
            if taken := [literal for literal in self.members if literal in pooled]:
                raise ValidationError({"members": f"Already in another pooled group: {' '.join(taken)}"})
        self.deciding_strokes = self._sorted_strokes()

    def strokes_by_member(self) -> dict[str, list[int]]:
        """{member: numbers of its deciding strokes} for those that have any."""
        return {member: list(map(int, numbers)) for member, *numbers in map(str.split, self.deciding_strokes)}

    def _sorted_strokes(self) -> list[str]:
        """`deciding_strokes` in the order of the members, each with its numbers in order. Raises ValidationError."""
        found: dict[str, list[str]] = {}
        for item in self.deciding_strokes:
            member, *numbers = item.split()
            if member not in tuple(self.members):
                raise _wrong_strokes(f"“{item}” doesn’t begin with a member of the group.")
            if member in found:
                raise _wrong_strokes(f"{member} has more than one item.")
            known = [str(number) for number in range(1, len(references()[member]) + 1)]
            found[member] = [number for number in known if number in numbers]
            if not numbers or len(found[member]) < len(numbers):
                raise _wrong_strokes(f"“{item}”: name strokes of {member}, 1 to {known[-1]}, each once.")
        return [" ".join([member, *found[member]]) for member in self.members if member in found]


def _wrong_strokes(message: str) -> ValidationError:
    return ValidationError({"deciding_strokes": message})
