"""Import and export of tables in the admin, with a preview of the changes."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm
from import_export.tmp_storages import TempFolderStorage

from characters.tables import CSV, XLSX, TableError

logger = logging.getLogger(__name__)

FORMATS = [CSV, XLSX]


class Confirmation(ConfirmImportForm):
    """Accepts only names of uploaded files that this site has signed."""

    format = forms.TypedChoiceField(choices=enumerate(FORMATS), coerce=int, widget=forms.HiddenInput)

    def clean_import_file_name(self) -> str:
        try:
            name = str(signing.loads(self.cleaned_data["import_file_name"], salt=__name__))
            open(TempFolderStorage(name=name).get_full_path(), "rb").close()
        except (signing.BadSignature, OSError) as error:
            raise ValidationError(_("The uploaded file has expired. Please upload it again.")) from error
        return name


class Importable(ImportExportMixin):
    """Imports all rows of a table or none."""

    formats = FORMATS
    import_template_name = "characters/admin/import.html"
    confirm_form_class = Confirmation
    export_form_class = ExportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_change_permission(request))

    def has_export_permission(self, request: HttpRequest) -> bool:
        return bool(self.has_view_permission(request))

    def get_confirm_form_initial(self, request: HttpRequest, import_form: Any) -> dict[str, Any]:
        initial = super().get_confirm_form_initial(request, import_form)
        if import_form:
            initial["import_file_name"] = signing.dumps(initial["import_file_name"], salt=__name__)
        return initial

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        if not isinstance(e, TableError):
            logger.exception("A table could not be read.", exc_info=e)
        sentence = str(e) if isinstance(e, TableError) else _("This file can’t be read as a table.")
        form.add_error("import_file", sentence)

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():  # the catalogue has changed since the preview
            messages.error(
                request,
                _("Nothing was imported, because some rows have become invalid since the preview. Please try again."),
            )
            return HttpResponseRedirect("../import/")
        return super().process_result(result, request)
