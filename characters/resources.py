"""Export and import of the catalogue as CSV or XLSX."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from import_export.fields import Field
from import_export.instance_loaders import CachedInstanceLoader
from import_export.resources import ModelResource
from import_export.widgets import BooleanWidget, IntegerWidget, Widget
from simple_history.utils import bulk_update_with_history

from characters.catalogue import LISTS
from characters.fields import joined, split
from characters.models import Character, LookalikeGroup, Source

#: (lowest, highest) value of fields with a constraint in the database.
BOUNDS = {"stroke_count": (1, 64), "other_stroke_count": (1, 64), "radical": (1, 214), "n_level": (1, 5)}


class ListWidget(Widget):
    """A list as one line with semicolons between the items."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> list[str]:
        return split(str(value if value is not None else ""))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return joined(value or [])


class NumberWidget(IntegerWidget):
    """A whole number within `bounds`, both included; an empty cell is None."""

    def __init__(self, bounds: tuple[int, int] = (0, 32767)) -> None:
        super().__init__()
        self.bounds = bounds

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> int | None:
        text = str(value if value is not None else "").strip().removesuffix(".0")
        if not text:
            return None
        low, high = self.bounds
        if not (text.isdecimal() and low <= int(text[:9]) <= high):
            raise ValueError(f"{text} is not a whole number from {low} to {high}.")
        return int(text)


class YesNoWidget(BooleanWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> bool:
        if value not in self.TRUE_VALUES and value not in self.FALSE_VALUES:
            raise ValueError(f"Write 1 or 0, not {value}.")
        return value in self.TRUE_VALUES


def _number(name: str) -> Field:
    return Field(name, name, NumberWidget(BOUNDS.get(name, (0, 32767))))


class CharacterResource(ModelResource):
    """Updates characters. The importing curator becomes the source of each changed fact. Adds no characters."""

    stroke_count, grade, radical = _number("stroke_count"), _number("grade"), _number("radical")
    other_stroke_count = _number("other_stroke_count")
    frequency, jlpt, n_level = _number("frequency"), _number("jlpt"), _number("n_level")
    on, kun, nanori, meanings_en, meanings_fr, components, variants = (Field(n, n, ListWidget()) for n in LISTS)

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
        self.curator, self.file_name = kwargs.get("user"), kwargs.get("file_name")
        self.seen: set[str] = set()

    def get_or_init_instance(self, instance_loader: Any, row: Mapping[str, Any]) -> tuple[Character, bool]:
        literal = str(row.get("literal") or "")
        character = self.get_instance(instance_loader, row)
        if character is None:
            raise ValidationError(
                {"literal": f"{literal} is not in the catalogue." if literal else "This row has no character."}
            )
        if literal in self.seen:
            raise ValidationError({"literal": f"{literal} is in the file more than once."})
        self.seen.add(literal)
        return character, False

    def import_instance(self, instance: Character, row: Mapping[str, Any], **kwargs: Any) -> None:
        known = {name: getattr(instance, name) for name in Character.FACTS}
        super().import_instance(instance, row, **kwargs)
        changed = {name: value for name in Character.FACTS if (value := getattr(instance, name)) != known[name]}
        for name in changed:
            setattr(instance, name, known[name])
        instance.learn(changed, Source.CURATOR)

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
            default_change_reason=f"import of {self.file_name}"[:100],
        )
        Character.objects.filter(pk__in=[character.pk for character in changed]).reindex()


class LookalikeGroupResource(ModelResource):
    """Updates and adds groups; members and is_pooled together identify one. Deletes none."""

    is_pooled = Field("is_pooled", "is_pooled", YesNoWidget())
    deciding_strokes = Field("deciding_strokes", "deciding_strokes", ListWidget())

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
        group = LookalikeGroup(members=str(row.get("members") or ""), is_pooled=False)
        group.clean()
        row["members"] = group.members
