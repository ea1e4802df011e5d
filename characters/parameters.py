"""The parameters in the address of a request to the API."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from characters.quoting import quoted


class StrictView(APIView):
    """Base of the API's views: refuses unknown parameters of what is read, before the handler runs."""

    #: The serializer of the handler's parameters, by its action, or `get` where a view has no actions.
    queries: Mapping[str, type[Serializer[Any]]] = {}

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and hasattr(self, "get"):
            self.refuse_unknown()

    def refuse_unknown(self) -> None:
        """Raise ValidationError, code `unknown_parameter`, for each parameter that the handler doesn't know."""
        unknown = self.request.query_params.keys() - {*self.parameters(), api_settings.URL_FORMAT_OVERRIDE}
        if unknown:
            sentence = _("This parameter is unknown.")
            raise ValidationError({quoted(name): [sentence] for name in sorted(unknown)}, "unknown_parameter")

    def parameters(self) -> Iterator[str]:
        """The parameters that the handler knows: those of its serializer, of the filterset and of the paginator."""
        action = getattr(self, "action", "get")
        if action in self.queries:
            yield from self.queries[action]().get_fields()
        if action == "retrieve":  # one row, whatever the list can be filtered by
            return
        if filterset := getattr(self, "filterset_class", None):
            yield from filterset.base_filters
        if paginator := getattr(self, "paginator", None):
            yield from (paginator.cursor_query_param, paginator.page_size_query_param)

    def query(self) -> Serializer[Any]:
        """The parameters, validated by the handler's serializer. Raises ValidationError."""
        query = self.queries[getattr(self, "action", "get")](
            data=self.request.query_params.dict(), context={"request": self.request}
        )
        query.is_valid(raise_exception=True)
        return query


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by the filterset of a StrictView. Refuses empty parameters, and unknown ones also of what is changed."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> Any:
        view.refuse_unknown()
        filterset = self.get_filterset(request, queryset, view)
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
