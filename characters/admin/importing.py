"""Import and export of tables in the admin, with a preview of the changes."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm
from import_export.tmp_storages import TempFolderStorage

from characters.models import TableImport
from characters.tables import CSV, XLSX, TableError

logger = logging.getLogger(__name__)

FORMATS = [CSV, XLSX]
#: Latest imports that a list shows.
IMPORTS = 10


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

    def get_urls(self) -> list[Any]:
        info = self.opts.app_label, self.opts.model_name
        undo = path(
            "imports/<int:pk>/undo/",
            self.admin_site.admin_view(require_POST(self.undo_import)),
            name="{}_{}_undo_import".format(*info),
        )
        return [undo, *super().get_urls()]

    def undo_import(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Restore what one import changed."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        chosen = get_object_or_404(TableImport, pk=pk, table=self.opts.model_name)
        try:
            restored, kept = chosen.undo(request.user)
        except ValueError:
            messages.warning(request, _("This import has been undone already."))
        else:
            text = ngettext("%(number)s row restored.", "%(number)s rows restored.", restored) % {"number": restored}
            messages.success(request, text)
            if kept:
                later = _("These were changed again after the import, and keep the later values: %(names)s.")
                messages.warning(request, later % {"names": ", ".join(kept[:50])})
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the latest imports below it."""
        imports = TableImport.objects.filter(table=self.opts.model_name).select_related("curator")[:IMPORTS]
        context = {**(extra_context or {}), "imports": imports if self.has_import_permission(request) else []}
        return super().changelist_view(request, context)

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():  # the catalogue has changed since the preview
            messages.error(
                request,
                _("Nothing was imported, because some rows have become invalid since the preview. Please try again."),
            )
            return HttpResponseRedirect("../import/")
        return super().process_result(result, request)
