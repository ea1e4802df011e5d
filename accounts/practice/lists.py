"""Own lists of characters: their pages, the page of a shared one, and the same through the API."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, ParseError
from rest_framework.fields import get_error_detail
from rest_framework.mixins import DestroyModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.access.authentication import WithinScopes
from accounts.models import CharacterList, Plan, Progress, User
from accounts.models.lists import name_unknown, pick
from accounts.models.plan import Order
from accounts.progress.tally import locked

#: Of a text that is pasted.
_LONGEST_TEXT = 20_000


class Written:
    """Which characters a learner has written, and which of them mastered."""

    def __init__(self, user: User) -> None:
        rows = Progress.objects.filter(user=user).values_list("character__literal", "in_a_row")
        self.in_a_row = dict(rows)

    def mark(self, chosen: CharacterList) -> CharacterList:
        """The list, with how many of it are `written` and `mastered`."""
        in_a_row = [self.in_a_row[literal] for literal in chosen.characters if literal in self.in_a_row]
        chosen.written = len(in_a_row)  # type: ignore[attr-defined]
        chosen.mastered = sum(n >= Progress.MASTERED for n in in_a_row)  # type: ignore[attr-defined]
        return chosen


class ListForm(forms.ModelForm):
    characters = forms.CharField(
        label=pgettext_lazy("of a list", "Characters"),
        max_length=_LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "ja", "spellcheck": "false"}),
        help_text=gettext_lazy("Type them or paste any text: the characters are picked out, each once, in this order."),
    )

    class Meta:
        model = CharacterList
        fields = ["name", "characters"]
        labels = {"name": gettext_lazy("Name")}

    def clean_characters(self) -> str:
        """What is known of the text; `unknown` has the rest."""
        known, self.unknown = pick(self.cleaned_data["characters"])
        if not known:
            raise ValidationError(_("None of the 3,175 characters is in this text."), "required")
        return known

    def keep(self) -> bool:
        """Save the list; False when something is wrong with it, which the form then tells."""
        if not self.is_valid():
            return False
        try:
            self.instance.keep()
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True


class OwnLists(LoginRequiredMixin, View):
    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def tell(self, form: ListForm, news: str) -> None:
        """Say what was done, and what was left out."""
        messages.success(self.request, news)
        if form.unknown:
            left = _("Left out, since they are not in the catalogue: %(characters)s")
            messages.info(self.request, left % {"characters": name_unknown(form.unknown)})


@method_decorator(never_cache, "dispatch")
class ListsView(OwnLists):
    """One's lists, and a form for another."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ListForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ListForm(request.POST, instance=CharacterList(user=self.user))
        if not form.keep():
            return self.page(form, status=400)
        self.tell(form, _("“%(name)s” is made.") % {"name": form.instance.name})
        return redirect(form.instance)

    def page(self, form: ListForm, status: int = 200) -> HttpResponse:
        written = Written(self.user)
        lists = [written.mark(chosen) for chosen in self.user.lists.all()]
        return render(self.request, "accounts/lists.html", {"form": form, "lists": lists}, status=status)


@method_decorator(never_cache, "dispatch")
class ListView(OwnLists):
    """One list: what is in it, and what can be done with it. `do` of a POST says what."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = self.chosen()
        return self.page(chosen, ListForm(instance=chosen))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        chosen = self.chosen()
        do = {"share": chosen.share, "unshare": chosen.unshare, "plan": self.follow, "delete": self.remove}
        if request.POST.get("do") not in do:
            return self.edit(chosen)
        do[request.POST["do"]]()
        return redirect("lists" if request.POST["do"] == "delete" else chosen)

    def chosen(self) -> CharacterList:
        return get_object_or_404(self.user.lists, pk=self.kwargs["pk"])

    def edit(self, chosen: CharacterList) -> HttpResponse:
        form = ListForm(self.request.POST, instance=chosen)
        if not form.keep():
            return self.page(self.chosen(), form, status=400)
        self.tell(form, _("It is changed."))
        return redirect(chosen)

    def follow(self) -> None:
        """New characters come from the list from now on."""
        with transaction.atomic():
            locked(self.user.pk)
            plan = Plan.of(self.user)
            plan.order, plan.list = Order.LIST, self.chosen()
            plan.keep()
        messages.success(self.request, _("From now on new characters come from this list."))

    def remove(self) -> None:
        chosen = self.chosen()
        chosen.delete()
        messages.success(self.request, _("“%(name)s” is deleted.") % {"name": chosen.name})

    def page(self, chosen: CharacterList, form: ListForm, status: int = 200) -> HttpResponse:
        written, plan = Written(self.user), Plan.of(self.user)
        shared = self.request.build_absolute_uri(chosen.shared_url) if chosen.shared_url else None
        context = {
            "list": written.mark(chosen),
            "tiles": [(literal, written.in_a_row.get(literal)) for literal in chosen.characters],
            "form": form,
            "shared": shared,
            "is_followed": plan.order == Order.LIST and plan.list == chosen,
            "mastered": Progress.MASTERED,
        }
        return render(self.request, "accounts/list.html", context, status=status)


class SharedListView(View):
    """A list as whoever has its link sees it: not whose it is."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        shared = get_object_or_404(CharacterList, shared_as=token)
        response = render(request, "accounts/shared_list.html", {"list": shared})
        response["X-Robots-Tag"] = "noindex"
        return response

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Copy it to one's own lists."""
        shared = get_object_or_404(CharacterList, shared_as=token)
        if not request.user.is_authenticated:
            return redirect_to_login(request.path)
        try:
            copy = shared.copy_for(request.user)
        except ValidationError as error:
            context = {"list": shared, "trouble": error.messages}
            return render(request, "accounts/shared_list.html", context, status=409)
        messages.success(request, _("“%(name)s” is now a list of yours.") % {"name": copy.name})
        return redirect(copy)


class ListSerializer(serializers.ModelSerializer[CharacterList]):
    characters = serializers.CharField(
        max_length=_LONGEST_TEXT, help_text="One after the other; blanks and punctuation between them don't count"
    )
    shared_url = serializers.CharField(
        read_only=True, allow_null=True, help_text="Where everybody can read it; null while it isn't shared"
    )
    written = serializers.IntegerField(read_only=True, help_text="How many of its characters have a score")
    mastered = serializers.IntegerField(read_only=True, help_text="How many were read well three times in a row")

    class Meta:
        model = CharacterList
        fields = ["id", "name", "characters", "shared_url", "written", "mastered", "created_at"]


class TooMany(APIException):
    status_code = status.HTTP_409_CONFLICT


class ListViewSet(ListModelMixin, RetrieveModelMixin, DestroyModelMixin, GenericViewSet[CharacterList]):
    """One's own lists of characters; anyone else's are 404."""

    queryset = CharacterList.objects.none()  # its model, for the schema
    serializer_class = ListSerializer
    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]
    pagination_class = None
    lookup_value_converter = "int"
    #: What an API token needs.
    scopes = {"read": "read:history", "write": "write:attempts"}

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def get_queryset(self) -> QuerySet[CharacterList]:
        return self.user.lists.all()

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        """Lists that are shown know how much of them is written."""
        if args and "data" not in kwargs:
            written = Written(self.user)
            args = ([written.mark(each) for each in args[0]] if kwargs.get("many") else written.mark(args[0]),)
        return super().get_serializer(*args, **kwargs)

    def create(self, request: Request) -> Response:
        """Make a list."""
        return self.keep(CharacterList(user=self.user), status.HTTP_201_CREATED)

    def partial_update(self, request: Request, pk: int) -> Response:
        """Rename it, or put other characters in."""
        return self.keep(self.get_object(), status.HTTP_200_OK)

    def keep(self, chosen: CharacterList, done: int) -> Response:
        try:
            wanted = self.get_serializer(data=self.request.data, partial=not chosen._state.adding)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        wanted.is_valid(raise_exception=True)
        for name, value in wanted.validated_data.items():
            setattr(chosen, name, value)
        try:
            chosen.keep()
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                raise serializers.ValidationError(get_error_detail(error)) from error
            raise TooMany(error.message, error.code) from error
        return Response(self.get_serializer(chosen).data, done)

    @extend_schema(request=None, responses=ListSerializer)
    @action(detail=True, methods=["put"])
    def share(self, request: Request, pk: int) -> Response:
        """Give it a link that everybody who has it can read it by, without whose it is."""
        chosen = self.get_object()
        chosen.share()
        return Response(self.get_serializer(chosen).data)

    @extend_schema(responses=ListSerializer)
    @share.mapping.delete
    def unshare(self, request: Request, pk: int) -> Response:
        """End its link. Shared again, it has another."""
        chosen = self.get_object()
        chosen.unshare()
        return Response(self.get_serializer(chosen).data)
