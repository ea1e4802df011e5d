"""Names and explanations of models and fields in the admin, in the reader's language."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from characters.admin.names import give_names

_MODELS = {
    "attempt": (pgettext_lazy("a model", "attempt"), pgettext_lazy("a model", "attempts")),
    "score": (_("score"), _("scores")),
    "modelbundle": (_("model bundle"), _("model bundles")),
    "activation": (_("activation"), _("activations")),
    "rescoring": (_("rescoring"), _("rescorings")),
}
_FIELDS = {
    "attempt.id": (_("id"), ""),
    "attempt.target": (_("target"), ""),
    "attempt.scripts": (_("scripts"), _("Scripts and characters that compete; empty: all")),
    "attempt.status": (_("status"), ""),
    "attempt.saw_reference": (
        _("saw reference"),
        _("The writer could see the reference, or a stroke of it, before or while writing"),
    ),
    "attempt.written_at": (_("written at"), ""),
    "score.target": (_("target"), ""),
    "score.legibility": (_("legibility"), ""),
    "score.known": (_("known"), _("Whether the attempt looks like any character of the catalogue")),
    "score.model_version": (_("version of the model"), ""),
    "score.scored_at": (_("scored at"), ""),
    "modelbundle.version": (_("version"), ""),
    "modelbundle.first_used_at": (_("first used at"), ""),
    "activation.activated_at": (_("activated at"), ""),
    "rescoring.since": (_("since"), ""),
    "rescoring.judged": (_("judged"), ""),
    "rescoring.begun_at": (_("begun at"), ""),
    "rescoring.done_at": (_("done at"), ""),
}


def translate() -> None:
    """Give the models of scoring and their fields translated names."""
    give_names("scoring", _MODELS, _FIELDS)
