"""The parameters in the address of a request to the API."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from characters.quoting import quoted


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise ValidationError, code `unknown_parameter`, for each parameter that isn't `known`."""
    unknown = request.query_params.keys() - {*known, api_settings.URL_FORMAT_OVERRIDE}
    if unknown:
        sentence = _("This parameter is unknown.")
        raise ValidationError({quoted(name): [sentence] for name in sorted(unknown)}, "unknown_parameter")


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by the view's filterset. Refuses empty parameters, and those that neither it nor the paginator knows.

    A view that reads parameters itself names them in `parameters`.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        filterset = self.get_filterset(request, queryset, view)
        paging = [view.paginator.cursor_query_param, view.paginator.page_size_query_param] if view.paginator else []
        own = getattr(view, "parameters", ())
        refuse_unknown(request, [*(filterset.filters if filterset else ()), *paging, *own])
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)
        values, sentence = filterset.form.cleaned_data, _("This parameter has no value.")
        empty = {
            name: [sentence]
            for name, value in request.query_params.items()
            if name in values and (not value or values[name] is None)
        }
        if empty:
            raise ValidationError(empty, "blank")
        return filterset.qs
