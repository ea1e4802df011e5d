"""The plan through the API."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.fields import get_error_detail
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import CharacterList, Plan, User
from accounts.practice.api import PracticeApi
from characters.models import Character
from scoring.fields import BoundedListField, BriefChoiceField, BriefErrors, ChangeMixin


class OwnListField(BriefErrors, serializers.PrimaryKeyRelatedField[CharacterList]):
    """One of the learner's own lists. `context` has the request."""

    def get_queryset(self) -> Any:
        return CharacterList.objects.filter(user=self.context["request"].user)

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, int):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class PlanSerializer(ChangeMixin, serializers.ModelSerializer[Plan]):
    """How a learner wants to practise."""

    serializer_choice_field = BriefChoiceField

    list = OwnListField(
        queryset=CharacterList.objects.none(),
        allow_null=True,
        help_text="One of your lists; new characters come from it if `order` is `list`",
    )
    scripts = BoundedListField(
        child=BriefChoiceField(Character.Script.choices),
        allow_empty=False,
        max_length=len(Character.Script),
        help_text="The scripts of new characters, unless they come from a list or a set",
    )

    class Meta:
        model = Plan
        fields = ["new_per_day", "order", "character_set", "list", "scripts", "daily_goal", "reminds", "reminds_at"]


class PlanApiView(PracticeApi):
    """How the learner wants to practise."""

    scopes = {"read": "read:plan", "write": "write:plan"}

    @extend_schema(operation_id="plan_retrieve", responses=PlanSerializer)
    def get(self, request: Request) -> Response:
        """Read your plan. If you haven't changed it, it has the defaults."""
        return Response(PlanSerializer(Plan.of(self.user)).data)

    @extend_schema(operation_id="plan_partial_update", request=PlanSerializer(partial=True), responses=PlanSerializer)
    def patch(self, request: Request) -> Response:
        """Change your plan."""
        given = request.data
        with transaction.atomic():
            User.objects.lock(self.user.pk)
            plan = Plan.of(self.user)
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
