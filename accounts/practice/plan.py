"""The practice plan: its page, and the same through the API."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.fields import get_error_detail
from rest_framework.parsers import JSONParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access.authentication import WithinScopes
from accounts.models import CharacterList, Day, Plan, Review, User
from accounts.progress.tally import locked
from characters.models import Character

#: How many days the page looks ahead.
_AHEAD = 30
#: Due characters that it shows.
_SHOWN = 24
#: The chart's size, and its bars' distance.
_WIDTH, _HEIGHT, _STEP = 360, 96, 12


class PlanForm(forms.ModelForm):
    scripts = forms.MultipleChoiceField(
        choices=Character.Script.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Scripts"),
        help_text=gettext_lazy("A list brings its own characters, whatever is ticked here."),
    )
    reminds_at = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, label=gettext_lazy("At")
    )

    class Meta:
        model = Plan
        fields = ["daily_goal", "new_per_day", "order", "list", "scripts", "reminds", "reminds_at"]
        labels = {
            "daily_goal": gettext_lazy("Writings a day"),
            "new_per_day": gettext_lazy("New characters a day"),
            "order": gettext_lazy("In which order"),
            "list": gettext_lazy("The list"),
            "reminds": gettext_lazy("Remind me by mail on days when I haven’t reached my goal"),
        }
        help_texts = {
            "daily_goal": gettext_lazy("Your goal: of any characters, in lessons or not."),
            "new_per_day": gettext_lazy("0 to only repeat what you have begun."),
            "order": "",
            "reminds": "",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = cast(forms.ModelChoiceField, self.fields["list"])
        mine.queryset = self.instance.user.lists.all()
        mine.empty_label = _("None")


@method_decorator(never_cache, "dispatch")
class PlanView(LoginRequiredMixin, View):
    """What is due, what is ahead, and how the learner wants it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(PlanForm(instance=Plan.of(self.user)))

    def post(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            locked(self.user.pk)
            form = PlanForm(request.POST, instance=Plan.of(self.user))
            if not form.is_valid():
                return self.page(form, status=400)
            form.instance.keep()
        messages.success(request, _("Your plan is changed."))
        return redirect("plan")

    @property
    def user(self) -> User:
        return cast(User, self.request.user)

    def page(self, form: PlanForm, status: int = 200) -> HttpResponse:
        plan, due = Plan.of(self.user), Review.objects.due(self.user)
        day = Day.objects.filter(user=self.user, date=self.user.today).first()
        forecast = Review.objects.forecast(self.user, _AHEAD)
        context = {
            "form": form,
            "plan": plan,
            "written": day.attempts if day else 0,
            "due": due.count(),
            "new": plan.new_characters().order_by()[: plan.new_left()].count(),
            "shown": due.values_list("character__literal", flat=True)[:_SHOWN],
            "stages": Review.objects.stages(self.user),
            "mature": Review.MATURE,
            "forecast": forecast,
            "week": sum(count for _day, count in forecast[:7]),
            "month": sum(count for _day, count in forecast),
            "most": max(count for _day, count in forecast),
            "bars": _bars([count for _day, count in forecast]),
            "width": _WIDTH,
            "height": _HEIGHT,
        }
        return render(self.request, "accounts/plan.html", context, status=status)


def _bars(counts: list[int]) -> list[tuple[int, int, int]]:
    """x, y and height of a bar for each, the highest as high as the chart; one at least where there is something."""
    most = max(counts) or 1
    heights = [max(round(count * _HEIGHT / most), 2 * (count > 0)) for count in counts]
    return [(n * _STEP, _HEIGHT - height, height) for n, height in enumerate(heights)]


class OwnListField(serializers.PrimaryKeyRelatedField[CharacterList]):
    def get_queryset(self) -> Any:
        return CharacterList.objects.filter(user=self.context["request"].user)


class PlanSerializer(serializers.ModelSerializer[Plan]):
    list = OwnListField(
        queryset=CharacterList.objects.none(), allow_null=True, help_text="Of one's own, where `order` is list"
    )
    scripts = serializers.ListField(
        child=serializers.ChoiceField(Character.Script.choices),
        allow_empty=False,
        max_length=len(Character.Script),
        help_text="Of which new characters are; those of a list are of any",
    )

    class Meta:
        model = Plan
        fields = ["new_per_day", "order", "list", "scripts", "daily_goal", "reminds", "reminds_at"]


class PlanApiView(APIView):
    """How one wants to practise."""

    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]
    #: What an API token needs.
    scopes = {"read": "read:history", "write": "write:attempts"}

    @extend_schema(operation_id="plan_retrieve", responses=PlanSerializer)
    def get(self, request: Request) -> Response:
        """The plan; what holds until one was made, where none was."""
        return Response(PlanSerializer(Plan.of(cast(User, request.user))).data)

    @extend_schema(operation_id="plan_partial_update", request=PlanSerializer(partial=True), responses=PlanSerializer)
    def patch(self, request: Request) -> Response:
        """Change it."""
        try:
            given = request.data
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error
        user = cast(User, request.user)
        with transaction.atomic():
            locked(user.pk)
            plan = Plan.of(user)
            wanted = PlanSerializer(plan, data=given, partial=True, context={"request": request})
            wanted.is_valid(raise_exception=True)
            for name, value in wanted.validated_data.items():
                setattr(plan, name, value)
            try:
                plan.clean()
            except ValidationError as error:
                raise serializers.ValidationError(get_error_detail(error)) from error
            plan.keep()
        return Response(PlanSerializer(plan).data)
