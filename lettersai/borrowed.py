"""Sentences of Django REST framework that the API says, for our catalogues: it has Japanese as ja-JP only."""

from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext_lazy

SENTENCES = [
    _("A server error occurred."),
    _("Invalid input."),
    _("Malformed request."),
    _("Incorrect authentication credentials."),
    _("Authentication credentials were not provided."),
    _("You do not have permission to perform this action."),
    _("Not found."),
    _('Method "{method}" not allowed.'),
    _("Could not satisfy the request Accept header."),
    _('Unsupported media type "{media_type}" in request.'),
    _("Request was throttled."),
    _("Invalid cursor"),
    _("This field is required."),
    _("This field may not be null."),
    _("Not a valid string."),
    _("This field may not be blank."),
    _("Ensure this field has no more than {max_length} characters."),
    _("A valid number is required."),
    _("Ensure this value is less than or equal to {max_value}."),
    _("Ensure this value is greater than or equal to {min_value}."),
    _('"{input}" is not a valid choice.'),
    _('Expected a list of items but got type "{input_type}".'),
    _("This list may not be empty."),
    _("Ensure this field has no more than {max_length} elements."),
    _("No file was submitted."),
    _("The submitted data was not a file. Check the encoding type on the form."),
    _("Invalid data. Expected a dictionary, but got {datatype}."),
    _("Invalid value."),
    _("Value must be valid JSON."),
    ngettext_lazy("Expected available in {wait} second.", "Expected available in {wait} seconds."),
]
