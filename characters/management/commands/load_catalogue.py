"""Put the committed catalogue into the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from characters import catalogue
from characters.models import Character, LookalikeGroup, Meaning, Reading
from ml.legibility import lookalikes

_KINDS = {"on": Reading.Kind.ON, "kun": Reading.Kind.KUN, "nanori": Reading.Kind.NANORI}
_LANGUAGES = {"meanings_en": Meaning.Language.ENGLISH, "meanings_fr": Meaning.Language.FRENCH}


class Command(BaseCommand):
    help = "Add the characters that the database lacks, with readings, meanings and lookalikes; what is there stays."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        present = set(Character.objects.values_list("literal", flat=True))
        missing = [(place, row) for place, row in enumerate(catalogue.rows()) if row["literal"] not in present]
        groups = self.lookalike_groups({row["literal"] for _, row in missing})
        added = Character.objects.bulk_create(
            [
                Character(
                    literal=row["literal"],
                    position=place,
                    script=row["script"],
                    lookalike_group=groups.get(row["literal"]),
                    **{field: int(row[field]) if row[field] else None for field in _NUMBERS},
                )
                for place, row in missing
            ]
        )
        readings, meanings = [], []
        for character, (_, row) in zip(added, missing, strict=True):
            for column, kind in _KINDS.items():
                readings += [Reading(character=character, kind=kind, text=text) for text in split(row[column])]
            for column, language in _LANGUAGES.items():
                meanings += [Meaning(character=character, language=language, text=text) for text in split(row[column])]
        Reading.objects.bulk_create(readings, batch_size=2000)
        Meaning.objects.bulk_create(meanings, batch_size=2000)
        if added:
            self.stdout.write(f"{len(added)} characters added, {len(present)} were there.")

    def lookalike_groups(self, literals: set[str]) -> dict[str, LookalikeGroup | None]:
        """The group of each of `literals` that has one, made where it doesn't exist yet."""
        groups: dict[str, LookalikeGroup | None] = {}
        for members, reason in lookalikes().items():
            if literals.intersection(members):
                known = Character.objects.filter(literal__in=members, lookalike_group__isnull=False).first()
                group = known.lookalike_group if known else LookalikeGroup.objects.create(reason=reason)
                groups.update(dict.fromkeys(members, group))
        return groups


_NUMBERS = ["stroke_count", "grade", "radical", "frequency", "jlpt"]


def split(column: str) -> list[str]:
    return column.split(catalogue.SEPARATOR) if column else []
