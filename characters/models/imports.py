"""Imports of tables, each of which can be undone in one step."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from characters.models.characters import Character
from characters.models.lookalikes import LookalikeGroup
from characters.models.words import Word

_GROUP_FIELDS = ["members", "is_pooled", "reason", "deciding_strokes"]


class TableImport(models.Model):
    """One import of a table by a curator. The history of each row that it changed names it."""

    class Table(models.TextChoices):
        CHARACTERS = "character"
        LOOKALIKES = "lookalikegroup"
        WORDS = "word"

    table = models.CharField(max_length=14, choices=Table)
    file_name = models.CharField(max_length=100)
    curator = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    imported_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-imported_at"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def reason(self) -> str:
        """The reason that the history of a changed row gives."""
        return f"import {self.pk}: {self.file_name}"[:100]

    def undo(self, by: Any) -> tuple[int, list[str]]:
        """Restore the values that the import changed, except those that somebody has changed since.

        Returns the number of rows restored, and the names of rows in which later changes stay. Raises ValueError if the
        import has been undone already.
        """
        with transaction.atomic():
            if not TableImport.objects.filter(pk=self.pk, undone_at=None).update(
                undone_at=timezone.now(), undone_by=by
            ):
                raise ValueError("This import has been undone.")
            if self.table == self.Table.CHARACTERS:
                return self._undo_characters(by)
            if self.table == self.Table.LOOKALIKES:
                return self._undo_rows(LookalikeGroup, _GROUP_FIELDS, by)
            return self._undo_rows(Word, [*Word.EDITABLE, "source"], by)

    def _undo_characters(self, by: Any) -> tuple[int, list[str]]:
        records = {record.id: record for record in Character.history.filter(history_change_reason=self.reason)}
        restored, kept = [], []
        for character in Character.objects.select_for_update().filter(pk__in=records):
            after = records[character.pk]
            before = after.prev_record
            changed = [name for name in Character.FACTS if getattr(before, name) != getattr(after, name)]
            own = [name for name in changed if getattr(character, name) == getattr(after, name)]
            for name in own:
                setattr(character, name, getattr(before, name))
                character.sources.pop(name, None)
                if name in before.sources:
                    character.sources[name] = before.sources[name]
            if len(own) < len(changed):
                kept.append(str(character))
            if own:
                character.modified_at = timezone.now()
                restored.append(character)
        bulk_update_with_history(
            restored,
            Character,
            [*Character.FACTS, "sources", "modified_at"],
            batch_size=500,
            default_user=by,
            default_change_reason=self._undoing,
        )
        Character.objects.filter(pk__in=[character.pk for character in restored]).reindex()
        return len(restored), kept

    def _undo_rows(self, model: Any, fields: list[str], by: Any) -> tuple[int, list[str]]:
        records = {record.id: record for record in model.history.filter(history_change_reason=self.reason)}
        restored, kept = 0, []
        for row in model.objects.select_for_update().filter(pk__in=records):
            after = records[row.pk]
            if any(getattr(row, name) != getattr(after, name) for name in fields):
                kept.append(str(row))
                continue
            row._change_reason, row._history_user = self._undoing, by  # simple_history reads them
            if after.history_type == "+":
                row.delete()
            else:
                for name in fields:
                    setattr(row, name, getattr(after.prev_record, name))
                row.save()
            restored += 1
        return restored, kept

    @property
    def _undoing(self) -> str:
        return f"undo of {self.reason}"[:100]
