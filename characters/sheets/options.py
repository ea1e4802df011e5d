"""What a practice sheet shows, as the page and the API ask for it."""

import threading
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.forms import ModelChoiceField
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from rest_framework import serializers

from characters.catalogue import name_unknown, split_known
from characters.language import meaning, short_name
from characters.models import Character
from characters.sheets import layout, typeface
from characters.sheets.layout import Entry, Labels, Page
from characters.spelling import spelling
from ml.strokes import references

#: Most characters on a sheet; spaces don't count.
MAX_CHARACTERS = 100
#: Longest text that is read: longer than a sheet's characters, since spaces and line breaks are left out.
MAX_TEXT = 400
#: Most readings of each kind, and most meanings, in a caption.
_READINGS, _MEANINGS = 3, 2

#: Held while a sheet is made and drawn. Only one thread of a web process computes at a time anyway, and each would need
#: some 10 MB for a page of 100 kanji.
MAKING = threading.Lock()

KINDS = ["practice", "manuscript"]
SQUARES = [6, 8, 10, 12]
MAX_COPIES = 5

#: Django's message about an unknown choice, which doesn't quote it.
_WITHOUT_VALUE = {"invalid_choice": ModelChoiceField.default_error_messages["invalid_choice"]}


@dataclass(frozen=True)
class Sheet:
    """A sheet whose options are valid. `unknown` are the letters and digits that it leaves out."""

    characters: str
    unknown: str
    kind: str
    paper: str
    squares: int
    copies: int
    steps: bool
    grid: int

    @property
    def title(self) -> str:
        return _("Manuscript paper") if self.kind == "manuscript" else _("Practice sheet")

    def pages(self) -> list[Page]:
        """The sheet in the active language. Costs one query."""
        labels = Labels(
            pgettext("on a sheet of paper", "Name"),
            pgettext("on a sheet of paper", "Date"),
            "Letters-AI. " + _("Strokes: KanjiVG, CC BY-SA 3.0. Readings and meanings: KANJIDIC2, CC BY-SA 4.0."),
        )
        if self.kind == "manuscript":
            return layout.manuscript(self.characters, paper=self.paper, squares=self.grid, labels=labels)
        rows = {row.literal: row for row in Character.objects.filter(literal__in=list(self.characters))}
        entries = [Entry(literal, _caption(rows[literal]) if literal in rows else "") for literal in self.characters]
        return layout.practice(
            entries, paper=self.paper, squares=self.squares, copies=self.copies, has_steps=self.steps, labels=labels
        )


class SheetSerializer(serializers.Serializer[Any]):
    """The parameters of a sheet. `context["is_lenient"]`: leave out what the catalogue lacks instead of refusing it."""

    characters = serializers.CharField(
        default="",
        allow_blank=True,
        trim_whitespace=False,
        max_length=MAX_TEXT,
        help_text=(
            f"The characters, at most {MAX_CHARACTERS}. A practice sheet shows each once and ignores spaces and "
            "punctuation; manuscript paper shows the text as it is, and is empty without one"
        ),
    )
    kind = serializers.ChoiceField(
        KINDS,
        default=KINDS[0],
        error_messages=_WITHOUT_VALUE,
        help_text="`practice`: a row of squares for each character; `manuscript`: squares to be read down (原稿用紙)",
    )
    paper = serializers.ChoiceField(list(layout.PAPERS), default="a4", error_messages=_WITHOUT_VALUE)
    squares = serializers.ChoiceField(
        SQUARES, default=8, error_messages=_WITHOUT_VALUE, help_text="Squares in a row of a practice sheet"
    )
    copies = serializers.IntegerField(
        default=3,
        min_value=0,
        max_value=MAX_COPIES,
        help_text="Copies to trace in each row, lighter from one to the next",
    )
    steps = serializers.BooleanField(default=True, help_text="Whether a practice sheet shows the strokes one by one")
    grid = serializers.ChoiceField(
        list(layout.COLUMNS),
        default=200,
        error_messages=_WITHOUT_VALUE,
        help_text="Squares on a page of manuscript paper",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        text = given["characters"]
        if given["kind"] == "manuscript":
            given["characters"], given["unknown"] = _text(text)
        else:
            given["characters"], given["unknown"] = split_known(text)
        if given["unknown"] and not self.context.get("is_lenient"):
            named = _("Not in the catalogue: %(characters)s") % {"characters": name_unknown(given["unknown"])}
            self.refuse(named, "unknown_characters")
        if given["kind"] == "practice" and not given["characters"]:
            self.refuse(_("Choose at least one of the 3,175 characters."), "required")
        if sum(not character.isspace() for character in given["characters"]) > MAX_CHARACTERS:
            many = _("A sheet can have at most %(most)d characters.") % {"most": MAX_CHARACTERS}
            self.refuse(many, "too_many_characters")
        return given

    def refuse(self, sentence: str, code: str) -> None:
        raise serializers.ValidationError({"characters": [serializers.ErrorDetail(sentence, code)]})

    @property
    def sheet(self) -> Sheet:
        return Sheet(**self.validated_data)


def _text(text: str) -> tuple[str, str]:
    """`text` with spaces for what can't be drawn, and the letters and digits among that."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    drawn = "".join(c if _can_draw(c) else "\u3000" for c in lines)
    unknown = dict.fromkeys(c for c in lines if not _can_draw(c) and unicodedata.category(c)[0] in "LN")
    return drawn, "".join(unknown)


def _can_draw(character: str) -> bool:
    return character == "\n" or spelling(character) in references() or typeface.has(character)


def _caption(character: Character) -> str:
    """Readings and meanings of `character`, in the active language."""
    meanings = character.meanings_fr if get_language() == "fr" and character.meanings_fr else character.meanings_en
    parts = [
        "・".join(character.on[:_READINGS]),
        "・".join(_with_okurigana(reading) for reading in character.kun[:_READINGS]),
        ", ".join(meanings[:_MEANINGS]) if meaning(character) else "",
        "" if character.on or character.kun else short_name(character),
    ]
    return "\u3000".join(part for part in parts if part)


def _with_okurigana(reading: str) -> str:
    """た.べる as た（べる）, as Japanese exercise books print it."""
    stem, dot, okurigana = reading.partition(".")
    return f"{stem}（{okurigana}）" if dot else stem
