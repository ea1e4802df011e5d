"""Export and import of the catalogue as CSV or XLSX."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, Widget
from simple_history.utils import bulk_update_with_history

from characters import facts
from characters.catalogue import LISTS
from characters.fields import joined
from characters.language import outside_sentence
from characters.models import Character, LookalikeGroup, Source, TableImport, Word
from characters.quoting import quoted
from characters.spelling import MAX_LENGTH, spelling
from characters.tables import TableError, spreadsheet_fault

#: (lowest, highest) value of fields with a constraint in the database.
BOUNDS = {"stroke_count": (1, 64), "other_stroke_count": (1, 64), "radical": (1, 214), "n_level": (1, 5)}
#: Most changes that a preview lists.
MOST_CHANGES = 500


class ListWidget(Widget):
    """A list as one line with semicolons between the items."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return facts.items(self.name, str(value if value is not None else ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return joined(value or [])


class NumberWidget(Widget):
    """A whole number within `bounds`, both included; an empty cell is None."""

    def __init__(self, bounds: tuple[int, int] = (0, 32767)) -> None:
        super().__init__()
        self.bounds = bounds

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        typed = str(value if value is not None else "")
        text = unicodedata.normalize("NFKC", typed).strip().removesuffix(".0")
        if not text:
            return None
        low, high = self.bounds
        if not (text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
            raise ValueError(
                _("“%(value)s” is not a whole number from %(low)s to %(high)s.")
                % {"value": quoted(typed), "low": low, "high": high}
            )
        return int(text)


class YesNoWidget(BooleanWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        if value not in self.TRUE_VALUES and value not in self.FALSE_VALUES:
            raise ValueError(_("Write 1 or 0, not “%(value)s”.") % {"value": quoted(value)})
        return value in self.TRUE_VALUES


def _number(name: str) -> Field:
    return Field(name, name, NumberWidget(BOUNDS.get(name, (0, 32767))))


class LiteralWidget(Widget):
    """A character in any of its spellings."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> str:
        text = str(value or "")
        return spelling(text) if len(text) <= MAX_LENGTH else text


@dataclass(frozen=True)
class Change:
    """One cell that an import changes."""

    name: str
    column: str
    before: str
    after: str


class TableResource(ModelResource):
    """Reads a table from a spreadsheet, and says which of its columns and cells can't be used.

    The result gets the `changes` for the preview, and the `unknown` columns.
    """

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self.changes: list[Change] = []
        self.table_import: TableImport | None = None
        self.curator, self.is_preview = kwargs.get("user"), bool(kwargs.get("dry_run"))
        known = [field.column_name for field in self.get_import_fields()]
        missing = [name for name in self.get_import_id_fields() if name not in dataset.headers]
        #: Columns of the table that aren't imported.
        self.unknown = [name for name in dataset.headers if name not in known]
        if missing or len(self.unknown) + len(self.get_import_id_fields()) >= len(dataset.headers):
            raise TableError(
                _("The table needs the column %(needed)s and others of these: %(known)s. It has: %(given)s.")
                % {
                    "needed": ", ".join(self.get_import_id_fields()),
                    "known": ", ".join(name for name in known if name not in self.get_import_id_fields()),
                    "given": ", ".join(quoted(name) for name in dataset.headers[:20]),
                }
            )
        self.begin(**kwargs)

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        faults = {
            name: fault
            for name, cell in row.items()
            if name not in self.unknown and isinstance(cell, str) and (fault := spreadsheet_fault(cell))
        }
        if faults:
            raise ValidationError(faults)

    def record(self, instance: Any, before: dict[str, str]) -> None:
        """Note how `instance` differs from what `shown` returned before."""
        after = self.shown(instance)
        self.changes += [
            Change(str(instance), name, old, after[name]) for name, old in before.items() if after[name] != old
        ]

    def shown(self, instance: Any) -> dict[str, str]:
        """The cells of `instance`, as an export has them."""
        return {field.column_name: str(field.export(instance) or "") for field in self.get_import_fields()}

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        if self.table_import and not self.changes:
            self.table_import.delete()
        result.unknown = self.unknown
        result.changes, result.more_changes = self.changes[:MOST_CHANGES], max(0, len(self.changes) - MOST_CHANGES)
        for row in result.invalid_rows:
            row.sheet_row = dataset.sheet_rows[row.number - 1]

    def begin(self, **kwargs: Any) -> None:
        """Record the import, so that it can be undone. Call it in `before_import`, after the checks."""
        if not self.is_preview:
            name = str(kwargs.get("file_name") or "")[:80]
            self.table_import = TableImport.objects.create(
                table=self._meta.model._meta.model_name, file_name=name, curator=self.curator
            )

    @property
    def reason(self) -> str:
        """What the history of a changed row says."""
        return self.table_import.reason if self.table_import else ""


class CharacterResource(TableResource):
    """Updates characters. The importing curator becomes the source of each changed fact. Adds no characters."""

    stroke_count, grade, radical = _number("stroke_count"), _number("grade"), _number("radical")
    other_stroke_count = _number("other_stroke_count")
    frequency, jlpt, n_level = _number("frequency"), _number("jlpt"), _number("n_level")
    on, kun, nanori, meanings_en, meanings_fr, components, variants = (Field(n, n, ListWidget(n)) for n in LISTS)
    literal = Field("literal", "literal", LiteralWidget())

    class Meta:
        model = Character
        fields = ["literal", *Character.FACTS]
        import_id_fields = ["literal"]
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True
        report_skipped = False  # the result counts them
        use_bulk = True
        batch_size = None
        use_transactions = True

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        super().before_import(dataset, **kwargs)
        self.seen: set[str] = set()

    def get_or_init_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> tuple[Character, bool]:
        literal = self.fields["literal"].clean(row)
        character = self.get_instance(instance_loader, row)
        if character is None:
            if not literal:
                raise ValidationError({"literal": _("This row has no character.")})
            missing = _("%(literal)s is not in the catalogue.") % {"literal": quoted(literal)}
            raise ValidationError({"literal": outside_sentence(literal) or missing})
        if literal in self.seen:
            raise ValidationError({"literal": _("%(literal)s is in the file more than once.") % {"literal": literal}})
        self.seen.add(literal)
        return character, False

    def import_instance(self, instance: Character, row: Mapping[str, Any], **kwargs: Any) -> None:
        known = {name: getattr(instance, name) for name in Character.FACTS}
        before = self.shown(instance)
        super().import_instance(instance, row, **kwargs)
        faults = {}
        for name in ("jis", *LISTS):
            try:
                setattr(instance, name, facts.clean(name, getattr(instance, name), known[name]))
            except ValidationError as error:
                faults[name] = error
        if faults:
            raise ValidationError(faults)
        changed = {name: value for name in Character.FACTS if (value := getattr(instance, name)) != known[name]}
        for name in changed:
            setattr(instance, name, known[name])
        instance.learn(changed, Source.CURATOR)
        self.record(instance, before)

    def validate_instance(
        self, instance: Character, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Validate only the fields, which takes no queries: the key can't change, and the widgets check the bounds."""
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude=errors.keys())
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def bulk_update(self, using_transactions: bool, dry_run: bool, raise_errors: bool, **kwargs: Any) -> None:
        changed = [] if dry_run else list(self.update_instances)
        self.update_instances.clear()
        if not changed:
            return
        now = timezone.now()
        for character in changed:
            character.modified_at = now
        bulk_update_with_history(
            changed,
            Character,
            [*Character.FACTS, "sources", "modified_at"],
            batch_size=500,
            default_user=self.curator,
            default_change_reason=self.reason,
        )
        Character.objects.filter(pk__in=[character.pk for character in changed]).reindex()


class LookalikeGroupResource(TableResource):
    """Updates and adds groups; members and is_pooled together identify one. Deletes none."""

    is_pooled = Field("is_pooled", "is_pooled", YesNoWidget())
    deciding_strokes = Field("deciding_strokes", "deciding_strokes", ListWidget("deciding_strokes"))

    class Meta:
        model = LookalikeGroup
        fields = ["members", "is_pooled", "reason", "deciding_strokes"]
        import_id_fields = ["members", "is_pooled"]
        skip_unchanged = True
        report_skipped = False
        clean_model_instances = True
        use_transactions = True

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Sort the members in catalogue order, since that is how they identify a group."""
        super().before_import_row(row, **kwargs)
        group = LookalikeGroup(members=str(row.get("members") or ""), is_pooled=False)
        group.clean()
        row["members"] = group.members

    def import_instance(self, instance: LookalikeGroup, row: Mapping[str, Any], **kwargs: Any) -> None:
        before = self.shown(instance) if instance.pk else dict.fromkeys(self.shown(instance), "")
        super().import_instance(instance, row, **kwargs)
        self.record(instance, before)
        instance._change_reason = self.reason  # type: ignore[attr-defined]  # simple_history reads it


class WordResource(TableResource):
    """Hides and corrects words; the importing curator becomes the source of a correction. Adds none."""

    meanings_en, meanings_fr = (Field(n, n, ListWidget(n)) for n in ("meanings_en", "meanings_fr"))
    is_hidden = Field("is_hidden", "is_hidden", YesNoWidget())

    class Meta:
        model = Word
        fields = ["text", *Word.EDITABLE]
        import_id_fields = ["text"]
        instance_loader_class = CachedInstanceLoader
        skip_unchanged = True
        report_skipped = False
        clean_model_instances = True
        use_transactions = True

    def get_or_init_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> tuple[Word, bool]:
        text = str(row.get("text") or "")
        word = self.get_instance(instance_loader, row)
        if word is None:
            missing = _("%(word)s is not in the list of words.") % {"word": quoted(text)}
            raise ValidationError({"text": missing if text else _("This row has no word.")})
        return word, False

    def import_instance(self, instance: Word, row: Mapping[str, Any], **kwargs: Any) -> None:
        before = self.shown(instance)
        super().import_instance(instance, row, **kwargs)
        self.record(instance, before)
        instance._change_reason = self.reason  # type: ignore[attr-defined]

    def before_save_instance(self, instance: Word, row: Mapping[str, Any], **kwargs: Any) -> None:
        instance.correct()
