"""Practice sheets of lists and of today's practice."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from accounts.models import CharacterList, Plan, Review, User
from characters.models import Character

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client_of) -> User:
    client_of("alice")
    return User.objects.get(email="alice@example.org")


@pytest.fixture
def station(alice) -> CharacterList:
    made = CharacterList(user=alice, name="Station", characters="駅電車")
    made.keep()
    made.share()
    return made


def characters_on(answer) -> str:
    """The characters of the sheet that the page shows."""
    assert answer.status_code == 200
    [address] = re.findall(r'href="(/api/v1/sheets/\?[^"]+)"', answer.content.decode())
    return parse_qs(urlsplit(address.replace("&amp;", "&")).query)["characters"][0]


def link_on(client, path: str) -> str:
    [address] = re.findall(r'href="(/sheets/\?[^"]+)"', client.get(path).content.decode())
    return address.replace("&amp;", "&")


def test_a_list_is_printed_in_its_order(client_of, station):
    client = client_of("alice")
    assert characters_on(client.get(link_on(client, station.get_absolute_url()))) == "駅電車"


@pytest.mark.parametrize("who", ["visitor", "bob"])
def test_anyone_prints_a_shared_list(client_of, station, who):
    client = client_of(who)
    assert characters_on(client.get(link_on(client, station.shared_url))) == "駅電車"


def test_only_its_owner_prints_a_list(client_of, station):
    assert client_of("bob").get(f"/sheets/?list={station.pk}").status_code == 404
    refused = client_of("visitor").get(f"/sheets/?list={station.pk}")
    assert refused.status_code == 302
    assert refused["Location"].startswith("/accounts/login/?next=/sheets/%3Flist%3D")


@pytest.mark.parametrize("query", ["list=0", "list=x", "list=9999999999999", "shared=", "shared=x", "shared=%00"])
def test_an_unknown_list_is_404(client_of, query):
    assert client_of("alice").get(f"/sheets/?{query}").status_code == 404


def test_a_long_list_is_printed_in_parts(client_of, alice):
    long = "".join(Character.objects.filter(script="kanji").values_list("literal", flat=True)[:201])
    made = CharacterList(user=alice, name="Long", characters=long)
    made.keep()
    client = client_of("alice")
    assert characters_on(client.get(f"/sheets/?list={made.pk}")) == long[:100]
    assert characters_on(client.get(f"/sheets/?list={made.pk}&part=3")) == long[200:]


def test_todays_practice_is_printed_the_longest_overdue_first(client_of, alice):
    for literal, overdue in (("日", 1), ("月", 3)):
        Review.objects.create(
            user=alice,
            character=Character.objects.get(literal=literal),
            due_on=alice.today - timedelta(days=overdue),
            begun_on=alice.today - timedelta(days=9),
        )
    Review.objects.create(
        user=alice,
        character=Character.objects.get(literal="火"),
        due_on=alice.today + timedelta(days=1),
        begun_on=alice.today - timedelta(days=9),
    )
    plan = Plan.of(alice)
    plan.new_per_day = 2
    plan.keep()
    client = client_of("alice")
    assert characters_on(client.get(link_on(client, "/plan/"))) == "月日あい"
    assert client_of("visitor").get("/sheets/?plan=today").status_code == 302


def test_the_page_of_a_list_is_not_kept_in_caches(client_of, station):
    assert "no-store" in client_of("alice").get(f"/sheets/?list={station.pk}")["Cache-Control"]
