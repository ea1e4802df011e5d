"""Put the committed catalogue into the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from characters import catalogue
from characters.models import Character, LookalikeGroup, Source
from ml import legibility

#: What KanjiVG and not KANJIDIC2 says. Of kana, letters and digits it is all there is.
_DRAWN = {"components"}
_REASON = "committed catalogue"


class Command(BaseCommand):
    help = "Add the characters and facts that the database lacks; what importers and curators said stays."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = {character.literal: character for character in Character.objects.all()}
        added, completed = [], []
        for place, row in enumerate(catalogue.rows()):
            character = known.get(row["literal"])
            if character is None:
                character = Character(literal=row["literal"], position=place, script=row["script"])
                learn(character, catalogue.facts(row))
                added.append(character)
            elif missing := {n: v for n, v in catalogue.facts(row).items() if n not in character.sources}:
                complete(character, missing)
                character.modified_at = timezone.now()  # which updates in bulk leave out
                completed.append(character)
        bulk_create_with_history(added, Character, batch_size=500, default_change_reason=_REASON)
        fields = [*Character.FACTS, "sources", "modified_at"]
        bulk_update_with_history(completed, Character, fields, batch_size=500, default_change_reason=_REASON)
        changed = {character.literal for character in (*added, *completed)}
        if changed:
            Character.objects.filter(literal__in=changed).reindex()
        self.add_lookalikes({character.literal for character in added})
        if added:
            self.stdout.write(f"{len(added)} characters added, {len(known)} were there.")

    def add_lookalikes(self, literals: set[str]) -> None:
        """The groups of `literals`, and those told apart that were never here: one that a curator deleted was."""
        seen = set(LookalikeGroup.history.filter(is_pooled=False).values_list("members", flat=True))
        pooled = {"".join(members): reason for members, reason in legibility.lookalikes().items()}
        new = [(members, True, reason) for members, reason in pooled.items() if literals.issuperset(members)]
        new += [(members, False, reason) for members, reason in catalogue.lookalikes().items() if members not in seen]
        for members, is_pooled, reason in new:
            group = LookalikeGroup(members=members, is_pooled=is_pooled, reason=reason)
            group.clean()
            group.save()


def learn(character: Character, facts: dict[str, Any]) -> None:
    drawn = _DRAWN if character.script == Character.Script.KANJI else set(facts)
    character.learn({name: value for name, value in facts.items() if name in drawn}, Source.KANJIVG)
    character.learn({name: value for name, value in facts.items() if name not in drawn}, Source.KANJIDIC)


def complete(character: Character, missing: dict[str, Any]) -> None:
    """Learn `missing`. A value without a source that differs was set by a curator before sources were kept."""
    differing = {name: getattr(character, name) for name, value in missing.items() if getattr(character, name)}
    character.learn({n: v for n, v in differing.items() if v != missing[n]}, Source.CURATOR)
    learn(character, missing)
