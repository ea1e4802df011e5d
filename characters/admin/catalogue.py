"""Admin of characters, lookalike groups, stroke orders and variants."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Cast
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from characters import facts
from characters.admin import pictures, surroundings
from characters.admin.importing import Importable
from characters.admin.undo import Undoable
from characters.admin.versions import VersionedForm
from characters.catalogue import LISTS
from characters.drawing import reference_paths, stroke_starts
from characters.filters import CharacterFilter
from characters.models import Character, CharacterQuerySet, LookalikeGroup, Source, StrokeOrder, Variant
from characters.resources import BOUNDS, CharacterResource, LookalikeGroupResource
from ml.strokes import REFERENCE_SIDE


class CharacterForm(VersionedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (low, high) in BOUNDS.items():
            if name in self.fields:  # a curator with view permission only has no fields
                old = self.fields[name]
                self.fields[name] = forms.IntegerField(
                    min_value=low, max_value=high, required=old.required, label=old.label, help_text=old.help_text
                )

    def clean(self) -> dict[str, Any] | None:
        """Bring the lists and the JIS code into their stored form; an error names the field."""
        cleaned = super().clean() or {}
        for name in ("jis", *LISTS):
            if name not in cleaned or name not in self.changed_data:
                continue
            known = self.initial.get(name) or []
            typed = cleaned[name]
            if isinstance(typed, list):
                typed = [one for item in typed for one in ([item] if item in known else facts.items(name, item))]
            try:
                cleaned[name] = facts.clean(name, typed, known)
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned


class LabelledFormSet(forms.BaseInlineFormSet):
    """Names each field after its column; Django leaves the fields of a table without a name for screen readers."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs["aria-label"] = capfirst(str(field.label))


class StrokeOrderInline(admin.TabularInline):
    formset = LabelledFormSet
    model = StrokeOrder
    fields = ["order", "note"]
    extra = 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Formsets whose order can be entered by clicking the strokes of the reference."""
        formset = super().get_formset(request, obj, **kwargs)
        if obj and "order" in formset.form.base_fields:
            formset.form.base_fields["order"].widget.attrs["data-strokes"] = strokes_to_click(obj.literal)
        return formset


def strokes_to_click(literal: str) -> str:
    """The reference's strokes and the places of their numbers, for the script that lets curators click them."""
    return json.dumps({"paths": reference_paths(literal), "starts": stroke_starts(literal)})


class VariantInline(admin.TabularInline):
    """Shows a character's variants. Each is drawn on a page of its own."""

    formset = LabelledFormSet
    model = Variant
    verbose_name_plural = _("accepted variants")
    fields = ["drawn", "note"]
    readonly_fields = ["drawn"]
    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("drawn"))
    def drawn(self, variant: Variant) -> SafeString:
        return pictures.variant(variant.strokes, 120)


class ChangedByCurators(admin.SimpleListFilter):
    """The characters with a fact that a curator has set."""

    title = _("changed by curators")
    parameter_name = "curated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        if self.value() not in ("yes", "no"):
            return queryset
        text = Cast("sources", models.TextField())
        is_curated = models.Q(sources_text__contains=f'"{Source.CURATOR.value}"')
        return queryset.annotate(sources_text=text).filter(is_curated if self.value() == "yes" else ~is_curated)


@admin.register(Character)
class CharacterAdmin(Importable, Undoable):
    form = CharacterForm
    resource_classes = [CharacterResource]
    list_display = [
        "literal",
        "drawn",
        "script",
        "stroke_count",
        "grade",
        "radical",
        "frequency",
        "n_level",
        "readings",
        "meanings",
    ]
    list_filter = [ChangedByCurators, "script", "grade", "n_level", "jlpt"]
    search_fields = ["literal"]  # shows the search box; `characters.search` does the search
    search_help_text = _("Character, reading in kana or romaji, meaning, code point, strokes:8, grade:3")
    readonly_fields = [
        "literal",
        "code_point",
        "script",
        "position",
        "drawing",
        "origins",
        "neighbours",
        "radical_shown",
        "lookalikes",
        "examples",
        "reports",
    ]
    fieldsets = [
        (None, {"fields": [("literal", "code_point", "script", "position", "neighbours"), "drawing"]}),
        (
            _("Facts"),
            {
                "fields": [
                    ("stroke_count", "other_stroke_count"),
                    "grade",
                    ("radical", "radical_shown"),
                    "frequency",
                    ("n_level", "jlpt"),
                    "jis",
                ]
            },
        ),
        (_("Readings"), {"description": _("Separated by semicolons."), "fields": ["on", "kun", "nanori"]}),
        (_("Meanings"), {"fields": ["meanings_en", "meanings_fr"]}),
        (_("Parts and forms"), {"fields": ["components", "variants"]}),
        (_("Lookalikes, examples and reports"), {"fields": ["lookalikes", "examples", "reports"]}),
        (
            _("Sources"),
            {
                "classes": ["collapse"],
                "description": _("Imports don't overwrite facts that you change."),
                "fields": ["origins"],
            },
        ),
    ]
    inlines = [StrokeOrderInline, VariantInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """False: the network knows exactly these 3,175 characters."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(getattr(Character(), db_field.name, None), list):
            field.widget = forms.TextInput(attrs={"size": 90})
        return field

    def get_search_results(
        self, request: HttpRequest, queryset: CharacterQuerySet, search_term: str
    ) -> tuple[CharacterQuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        parameters = QueryDict(mutable=True)
        parameters["q"] = search_term
        characters = CharacterFilter(parameters, queryset=queryset)
        if not characters.form.is_valid():
            for errors in characters.form.errors.values():
                messages.error(request, " ".join(map(str, errors)))
            return queryset.none(), False
        return characters.filter_queryset(queryset), False

    def save_model(self, request: HttpRequest, obj: Character, form: Any, change: bool) -> None:
        obj.correct()
        super().save_model(request, obj, form, change)

    @admin.display(description=_("code point"))
    def code_point(self, character: Character) -> str:
        return character.code_point

    @admin.display(description=_("strokes"))
    def drawn(self, character: Character) -> SafeString:
        return pictures.reference(character.literal, 40)

    @admin.display(description=_("readings"))
    def readings(self, character: Character) -> str:
        return "、".join([*character.on, *character.kun][:6])

    @admin.display(description=_("meanings"))
    def meanings(self, character: Character) -> str:
        return ", ".join(character.meanings_en[:4])

    @admin.display(description=_("reference"))
    def drawing(self, character: Character) -> SafeString:
        return pictures.stroke_order(character.literal)

    @admin.display(description=_("before and after"))
    def neighbours(self, character: Character) -> SafeString:
        return surroundings.neighbours(character)

    @admin.display(description=_("radical’s glyphs and name"))
    def radical_shown(self, character: Character) -> SafeString | str:
        return surroundings.radical(character)

    @admin.display(description=_("lookalike groups"))
    def lookalikes(self, character: Character) -> SafeString | str:
        return surroundings.lookalikes(character)

    @admin.display(description=_("examples"))
    def examples(self, character: Character) -> SafeString | str:
        return surroundings.examples(character)

    @admin.display(description=_("reports"))
    def reports(self, character: Character) -> SafeString | str:
        return surroundings.reports(character)

    @admin.display(description=_("sources"))
    def origins(self, character: Character) -> SafeString:
        labels = dict(Source.choices)
        rows = (
            (capfirst(str(label_for_field(name, Character))), labels.get(known["source"], known["source"]), revision)
            for name in Character.FACTS
            if (known := character.sources.get(name))
            for revision in [_("revision %(number)s") % {"number": known["revision"]} if "revision" in known else ""]
        )
        return format_html("<table>{}</table>", format_html_join("", "<tr><th>{}<td>{} {}</tr>", rows))


@admin.register(LookalikeGroup)
class LookalikeGroupAdmin(Importable, Undoable):
    form = VersionedForm
    resource_classes = [LookalikeGroupResource]
    list_display = ["__str__", "drawn", "is_pooled", "reason"]
    list_filter = ["is_pooled"]
    search_fields = ["members", "reason"]
    fields = ["members", "drawn", "is_pooled", "reason", "deciding_strokes", "numbered"]
    readonly_fields = ["drawn", "numbered"]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "deciding_strokes":
            field.widget = forms.TextInput(attrs={"size": 90})
        return field

    @admin.display(description=_("drawn"))
    def drawn(self, group: LookalikeGroup) -> SafeString:
        return pictures.references(group.members, 64, group.strokes_by_member())

    @admin.display(description=_("stroke numbers"))
    def numbered(self, group: LookalikeGroup) -> SafeString:
        return pictures.stroke_orders(group.members)


class StrokeOrderForm(VersionedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.character_id and "order" in self.fields:
            self.fields["order"].widget.attrs["data-strokes"] = strokes_to_click(self.instance.character.literal)


@admin.register(StrokeOrder)
class StrokeOrderAdmin(Undoable):
    form = StrokeOrderForm
    list_display = ["character", "diagram", "order", "note"]
    list_select_related = ["character"]
    search_fields = ["=character__literal", "note"]
    autocomplete_fields = ["character"]
    fields = ["character", "order", "note", "diagram"]
    readonly_fields = ["diagram"]

    def name_of(self, record: Any) -> str:
        """The stroke order's name, without a query for each record."""
        return str(StrokeOrder(character=record.character, order=record.order))

    @admin.display(description=_("diagram"))
    def diagram(self, variant: StrokeOrder) -> SafeString | str:
        return pictures.stroke_order(variant.character.literal, variant.order, 160) if variant.order else "–"


class VariantForm(VersionedForm):
    class Meta:
        widgets = {"strokes": forms.Textarea(attrs={"rows": 4, "cols": 90, "data-pad": REFERENCE_SIDE})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.character_id and "strokes" in self.fields:  # the pad shows the reference below the drawing
            paths = reference_paths(self.instance.character.literal)
            self.fields["strokes"].widget.attrs["data-reference"] = "".join(paths)


@admin.register(Variant)
class VariantAdmin(Undoable):
    form = VariantForm
    list_display = ["character", "drawn", "stroke_count", "note"]
    list_select_related = ["character"]
    search_fields = ["=character__literal", "note"]
    autocomplete_fields = ["character"]
    fields = ["character", "note", "strokes", ("drawn", "reference")]
    readonly_fields = ["drawn", "reference"]

    def name_of(self, record: Any) -> str:
        """The variant's name, without a query for each record."""
        return str(Variant(character=record.character, note=record.note))

    @admin.display(description=_("variant"))
    def drawn(self, variant: Variant) -> SafeString | str:
        return pictures.variant(variant.strokes) if variant.pk else "–"

    @admin.display(description=_("reference"))
    def reference(self, variant: Variant) -> SafeString | str:
        return pictures.stroke_order(variant.character.literal, side=160) if variant.character_id else "–"

    @admin.display(description=_("strokes"))
    def stroke_count(self, variant: Variant) -> int:
        return variant.stroke_count
