"""Writings that are shared by a link: who can see them, and what ends it."""

import pytest

from tests.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]


@pytest.fixture
def writing(client_of, post) -> str:
    """The address of one of Alice's writings, in the API."""
    return f"/api/v1/attempts/{post(client_of('alice'), {'ink': ink_of('口'), 'target': '口'}).json()['id']}/"


@pytest.fixture
def link(client_of, writing) -> str:
    """Where it is shared."""
    return client_of("alice").post(f"{writing}share/").json()["shared_url"]


def picture(link: str) -> str:
    return f"{link.rstrip('/')}.png"


def statuses(client, link) -> list[int]:
    """Of the page and of the picture."""
    return [client.get(link).status_code, client.get(picture(link)).status_code]


@pytest.mark.parametrize("who", ["visitor", "alice", "bob"])
def test_everybody_with_the_link_sees_it(client_of, link, who):
    assert statuses(client_of(who), link) == [200, 200]
