"""Who changed what, and back again."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import ModelDelta
from simple_history.template_utils import HistoricalRecordContextHelper

from characters.fields import joined

_SHOWN = 20


class Changes(HistoricalRecordContextHelper):
    """What changed, lists as lines; where the values are from follows from who changed them."""

    def context_for_delta_changes(self, delta: ModelDelta) -> list[dict[str, Any]]:
        changes = [change for change in delta.changes if change.field != "sources"]
        shown = [replace(change, old=_text(change.old), new=_text(change.new)) for change in changes]
        return super().context_for_delta_changes(replace(delta, changes=shown))


def _text(value: Any) -> Any:
    return joined(value) if isinstance(value, list) else value


class Undoable(SimpleHistoryAdmin):
    """Rows go back to what they were from their history, deleted ones from below the list."""

    change_list_template = "characters/admin/list.html"

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Changes:
        return Changes(self.model, historical_record)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        deleted = self.deleted() if self.has_change_permission(request) else None
        return super().changelist_view(request, {**(extra_context or {}), "deleted": deleted})

    def deleted(self) -> list[tuple[Any, str]]:
        """The last records of rows that are gone, newest first, each with its name."""
        there = self.model._default_manager.filter(pk=models.OuterRef("id"))
        history = getattr(self.model, "history")  # noqa: B009 - only models with a history are shown so
        gone = history.filter(~models.Exists(there), history_type="-").select_related("history_user")
        shown = gone._select_related_history_tracked_objs().order_by("-history_date")[:_SHOWN]
        return [(record, self.name_of(record)) for record in shown]

    def name_of(self, record: Any) -> str:
        return str(record.history_object)
