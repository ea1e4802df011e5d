"""Marks sentences of Django REST framework for translation.

Its own catalogues lack them in Japanese, or translate them with unusual words.
"""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SENTENCES = [
    _("Invalid input."),
    _("Not a valid string."),
    _("Ensure this field has no more than {max_length} elements."),
    _("Request was throttled."),
    ngettext_lazy("Expected available in {wait} second.", "Expected available in {wait} seconds."),
]
