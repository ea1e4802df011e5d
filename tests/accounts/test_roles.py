"""What each role may do in the admin. A model that is missing in the table fails a test."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access.roles import grant_permissions
from accounts.models import User, Webhook
from characters.models import Character, Exemplar, Report, StrokeOrder, Variant
from scoring.models import Attempt, Line, ModelBundle, Score
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

ACTIONS = ["list", "add", "page", "change", "delete", "history", "import", "export"]
#: What each role may do, in the order of ACTIONS: y allowed, n forbidden (403), - no such page (404).
NOTHING, NOTHING_ELSE = "nnnnnn--", "nnnnnnnn"
TABLE = {
    "characters.character": {"curator": "ynyynyyy", "operator": NOTHING_ELSE},
    "characters.lookalikegroup": {"curator": "yyyyyyyy", "operator": NOTHING_ELSE},
    "characters.strokeorder": {"curator": "yyyyyy--", "operator": NOTHING},
    "characters.variant": {"curator": "yyyyyy--", "operator": NOTHING},
    "characters.word": {"curator": "ynyynyyy", "operator": NOTHING_ELSE},
    "characters.exemplar": {"curator": "ynyyny--", "operator": NOTHING},
    "characters.report": {"curator": "ynyyny--", "operator": NOTHING},
    "scoring.attempt": {"curator": NOTHING, "operator": NOTHING},
    "scoring.line": {"curator": NOTHING, "operator": NOTHING},
    "scoring.modelbundle": {"curator": NOTHING, "operator": "ynynny--"},
    "accounts.user": {"curator": NOTHING, "operator": "yyyyny--"},
    "accounts.webhook": {"curator": NOTHING, "operator": "ynyyny--"},
    "auth.group": {"curator": NOTHING, "operator": NOTHING},
}
MODELS = {model._meta.label_lower: model for model in admin.site._registry}


def make_rows(number: int) -> None:
    """Create rows of every model but those of which the shipped catalogue has thousands."""
    characters = list(Character.objects.filter(script="kanji", stroke_count__gte=3)[:number])
    ink = ink_of("口")
    Exemplar.objects.bulk_create(Exemplar(character=c, ink=ink, legibility=90) for c in characters)
    Report.objects.bulk_create(Report(character=c, about="other", text="Wrong") for c in characters)
    StrokeOrder.objects.bulk_create(
        StrokeOrder(character=c, order=["2", "1", *map(str, range(3, c.stroke_count + 1))], note="x")
        for c in characters
    )
    Variant.objects.bulk_create(Variant(character=c, strokes="9,9 9,99", note="x") for c in characters)
    User.objects.bulk_create(User(email=f"{c.pk}@example.org") for c in characters)
    writer = User.objects.get_or_create(email="writer@example.org")[0]
    Line.objects.bulk_create(Line(user=writer, text=c.literal) for c in characters)
    Webhook.objects.bulk_create(Webhook(user=writer, url=f"https://example.org/{c.pk}") for c in characters)
    attempts = Attempt.objects.bulk_create(Attempt(user=writer, ink=ink, target=c) for c in characters)
    Score.objects.bulk_create(
        Score(attempt=a, target=a.target, legibility=90, known=True, candidates=[], model_version="1") for a in attempts
    )
    ModelBundle.objects.bulk_create(ModelBundle(version=str(n), about={}) for n in range(min(number, 20)))


@pytest.fixture
def row_of(db):
    make_rows(1)

    def row(label):
        if label == "accounts.user":
            return User.objects.get(email="writer@example.org")
        return MODELS[label]._default_manager.first()

    return row


def statuses(client, label: str, pk: object) -> str:
    """What the client may do with the model, in the notation of the table."""
    base = f"/admin/{label.replace('.', '/')}/"
    changed = client.get(f"{base}{pk}/change/")
    may_save = changed.status_code == 200 and b'name="_save"' in changed.content
    posted = client.post(f"{base}{pk}/change/", {}).status_code
    # An allowed form answers an empty POST with its errors, or with the list.
    assert (posted == 403) is not may_save
    answers = [
        client.get(base).status_code,
        client.get(f"{base}add/").status_code,
        changed.status_code,
        200 if may_save else 403,
        client.get(f"{base}{pk}/delete/").status_code,
        client.get(f"{base}{pk}/history/").status_code,
        client.get(f"{base}import/").status_code,
        client.get(f"{base}export/").status_code,
    ]
    # Without an import page, Django looks for a row with that name, and reports on its first page that there is none.
    return "".join({200: "y", 403: "n", 404: "-", 302: "-"}[answer] for answer in answers)


@pytest.mark.parametrize("who", ["curator", "operator"])
@pytest.mark.parametrize("label", TABLE)
def test_each_role_may_do_what_the_table_says(client_of, row_of, label, who):
    assert statuses(client_of(who), label, row_of(label).pk) == TABLE[label][who]


@pytest.mark.parametrize("who", ["visitor", "alice"])
@pytest.mark.parametrize("label", TABLE)
def test_people_without_a_role_are_sent_to_sign_in(client_of, row_of, label, who):
    base = f"/admin/{label.replace('.', '/')}/"
    pk = row_of(label).pk
    pages = ["", "add/", f"{pk}/change/", f"{pk}/delete/", f"{pk}/history/", "import/", "export/", "process_import/"]
    for page in pages:
        for method in (client_of(who).get, client_of(who).post):
            answer = method(base + page)
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")


def test_every_model_of_the_admin_is_in_the_table():
    assert set(MODELS) == set(TABLE)


def test_staff_without_a_role_may_do_nothing(client, row_of):
    client.force_login(User.objects.create_user("staff@example.org", is_staff=True))
    for label, rights in TABLE.items():
        assert set(statuses(client, label, row_of(label).pk)) <= {"n", "-"}, (label, rights)


@pytest.mark.parametrize("who", ["root", "curator", "other"])
def test_an_operator_cannot_change_superusers_or_staff(client_of, who):
    client_of("curator")
    User.objects.create_superuser("root@example.org", "a password")
    User.objects.create_user("other@example.org", "a password", is_staff=True)
    victim = User.objects.get(email=f"{who}@example.org")
    base = f"/admin/accounts/user/{victim.pk}/"
    operator = client_of("operator")
    assert operator.post(f"{base}change/", {"email": "mine@example.org"}).status_code == 403
    assert operator.post(f"{base}reset-link/").status_code == 403
    assert User.objects.get(pk=victim.pk).email == victim.email
    assert User.objects.get(pk=victim.pk).password == victim.password


def test_a_forbidden_page_says_so(client_of):
    answer = client_of("curator").get("/admin/characters/character/add/")
    assert answer.status_code == 403
    assert "You don’t have access to this page" in answer.content.decode()


def test_an_operator_cannot_give_anybody_powers(client_of):
    alice = User.objects.create_user("alice@example.org")
    forged = {
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [Group.objects.get(name="operator").pk],
        "user_permissions": [Permission.objects.earliest("pk").pk],
    }
    url = f"/admin/accounts/user/{alice.pk}/change/"
    answer = client_of("operator").post(
        url,
        {
            "email": "alice@example.org",
            "first_name": "A",
            "is_active": "on",
            "date_joined_0": "2026-11-24",
            "date_joined_1": "09:00",
            **forged,
        },
    )
    assert answer.status_code == 302
    alice.refresh_from_db()
    assert alice.first_name == "A"
    assert not any((alice.is_staff, alice.is_superuser, alice.groups.exists(), alice.user_permissions.exists()))
    client_of("operator").post("/admin/accounts/user/add/", {"email": "new@example.org", **forged})
    made = User.objects.get(email="new@example.org")
    assert not made.is_staff
    assert not made.is_superuser
    assert not made.groups.exists()


def test_the_permissions_of_the_roles_are_restored_after_every_migration():
    curators = Group.objects.get(name="curator")
    curators.permissions.set(Permission.objects.filter(codename="delete_user"))
    Group.objects.get(name="operator").delete()
    Permission.objects.filter(content_type__app_label="scoring").delete()  # as before the first migration
    grant_permissions()
    assert set(Group.objects.get(name="operator").permissions.values_list("codename", flat=True)) == {
        "add_activation",
        "view_activation",
        "view_modelbundle",
        "view_rescoring",
        "view_user",
        "add_user",
        "change_user",
        "view_webhook",
        "change_webhook",
    }
    assert not curators.permissions.filter(codename="delete_user").exists()
    assert curators.permissions.count() == 20


def test_migrating_grants_the_permissions_of_the_roles():
    Group.objects.filter(name="curator").delete()
    call_command("migrate", verbosity=0)
    assert Group.objects.get(name="curator").permissions.exists()


#: Number of queries of each list for a superuser.
QUERIES = {
    "characters.character": 7,
    "characters.lookalikegroup": 7,
    "characters.strokeorder": 6,
    "characters.variant": 6,
    "characters.exemplar": 5,
    "characters.report": 5,
    "characters.word": 7,
    "scoring.attempt": 5,
    "scoring.line": 5,
    "scoring.modelbundle": 7,
    "accounts.user": 6,
    "accounts.webhook": 5,
    "auth.group": 5,
}


#: Queries for few rows of the lists that are never short.
FEW = {"characters.character": {"stroke_count": 1}, "characters.word": {"rank": 1}}


def test_the_number_of_queries_of_a_list_does_not_grow_with_its_rows(admin_client):
    for number in (10, 250):  # the second is more than a page
        for model in (Exemplar, Report, Score, Attempt, StrokeOrder, Variant, ModelBundle):
            model.objects.all().delete()
        User.objects.filter(is_superuser=False).delete()
        make_rows(number)
        counts = {}
        for label in TABLE:
            url, asked = f"/admin/{label.replace('.', '/')}/", FEW.get(label, {}) if number == 10 else {}
            admin_client.get(url, asked)  # fills the caches
            with CaptureQueriesContext(connection) as queries:
                assert admin_client.get(url, asked).status_code == 200
            counts[label] = len(queries)
        assert counts == QUERIES, number
