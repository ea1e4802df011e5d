"""Template tags for the curators' pages."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import ngettext

from characters.models import Exemplar, Report

register = template.Library()


@register.simple_tag(takes_context=True)
def waiting(context: dict[str, Any]) -> list[dict[str, Any]]:
    """The queues that the curator may decide on, each with its label, URL and count; two queries."""
    user = context["request"].user
    queues = []
    if user.has_perm("characters.change_exemplar"):
        count = Exemplar.objects.waiting().count()
        label = ngettext("example to judge", "examples to judge", count)
        queues.append({"count": count, "label": label, "url": _url("exemplar", "offered")})
    if user.has_perm("characters.change_report"):
        count = Report.objects.filter(status=Report.Status.OPEN).count()
        label = ngettext("report to answer", "reports to answer", count)
        queues.append({"count": count, "label": label, "url": _url("report", "open")})
    return queues


def _url(model: str, status: str) -> str:
    return reverse(f"admin:characters_{model}_changelist") + f"?status__exact={status}"
