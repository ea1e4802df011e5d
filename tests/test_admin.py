"""The admin: what curators and operators open."""

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import User
from characters.models import Character
from scoring.models import Attempt
from tests.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("operator@example.org", "a password"))
    return client


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model.__name__)
def test_every_list_and_page_opens(operator, client_of, post, model):
    post(client_of("alice"), {"ink": ink_of("口"), "target": "口"})
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    assert operator.get(base).status_code == 200
    assert operator.get(base, {"q": "食"}).status_code == 200
    row = model.objects.first()
    if row is not None:
        assert operator.get(f"{base}{row.pk}/change/").status_code == 200


def test_a_curator_puts_a_character_into_a_lookalike_group(operator):
    group, character = Character.objects.lookalikes()["ロ"], Character.objects.get(literal="回")
    form = operator.get(f"/admin/characters/character/{character.pk}/change/").context["adminform"].form
    fields = {name: value for name, value in form.initial.items() if value is not None}
    inlines = {
        f"{prefix}-{part}": 0 for prefix in ("readings", "meanings") for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    answer = operator.post(
        f"/admin/characters/character/{character.pk}/change/", {**fields, **inlines, "lookalike_group": group}
    )
    assert answer.status_code == 302
    assert Character.objects.lookalikes()["回"] == group


def test_an_operator_adds_a_user_by_email_address(operator):
    passwords = {"usable_password": "true", "password1": "long enough 8", "password2": "long enough 8"}
    answer = operator.post("/admin/accounts/user/add/", {"email": "new@example.org", **passwords})
    assert answer.status_code == 302
    assert User.objects.get(email="new@example.org").check_password("long enough 8")


def test_attempts_are_looked_at_and_not_changed(operator, client_of, post):
    post(client_of("alice"), {"ink": ink_of("口")})
    attempt = Attempt.objects.get()
    operator.post(f"/admin/scoring/attempt/{attempt.pk}/change/", {"status": "failed"})
    assert Attempt.objects.get().status == "scored"
    assert operator.get("/admin/scoring/attempt/add/").status_code == 403
