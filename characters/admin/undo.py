"""History in the admin: who changed what, with a way to restore earlier states."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import ModelDelta
from simple_history.template_utils import HistoricalRecordContextHelper

from characters.admin.versions import Versioned
from characters.fields import joined

#: Number of deleted rows that a list shows.
_DELETED = 20


class Changes(HistoricalRecordContextHelper):
    """Shows lists as lines and leaves out `sources`, which follow from who made the change."""

    def context_for_delta_changes(self, delta: ModelDelta) -> list[dict[str, Any]]:
        changes = [change for change in delta.changes if change.field != "sources"]
        shown = [replace(change, old=_text(change.old), new=_text(change.new)) for change in changes]
        return super().context_for_delta_changes(replace(delta, changes=shown))


def _text(value: Any) -> Any:
    return joined(value) if isinstance(value, list) else value


class Undoable(Versioned, SimpleHistoryAdmin):
    """Restores earlier states from a row's history, and deleted rows from links below the list."""

    change_list_template = "characters/admin/list.html"

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Changes:
        return Changes(self.model, historical_record)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        deleted = self.deleted() if self.has_change_permission(request) else None
        return super().changelist_view(request, {**(extra_context or {}), "deleted": deleted})

    def deleted(self) -> list[tuple[Any, str]]:
        """(last record, name) of the latest deleted rows, newest first."""
        existing = self.model._default_manager.filter(pk=models.OuterRef("id"))
        history = getattr(self.model, "history")  # noqa: B009 - the type checker doesn't know it
        deleted = history.filter(~models.Exists(existing), history_type="-").select_related("history_user")
        latest = deleted._select_related_history_tracked_objs().order_by("-history_date")[:_DELETED]
        return [(record, self.name_of(record)) for record in latest]

    def name_of(self, record: Any) -> str:
        return str(record.history_object)
