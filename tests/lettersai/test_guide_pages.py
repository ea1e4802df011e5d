"""The guide to the API as pages of the site."""

import re
from html import unescape

import pytest
from django.test import Client

from lettersai.schema.guide import PAGES
from tests.support.site import ROOT

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "guide": "/api/v1/guide/",
    "guide-examples": "/api/v1/guide/examples/",
    "guide-changes": "/api/v1/guide/changes/",
}


def page(name: str, **headers: str) -> str:
    answer = Client(headers=headers).get(ADDRESSES[name])
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    return answer.content.decode()


def text(name: str) -> str:
    """What a page shows of its file."""
    [shown] = re.findall(r'<main class="page guide" lang="en">(.*)</main>', page(name), re.DOTALL)
    return str(shown)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_its_file_in_english_whatever_the_language_of_the_site(name):
    file = (ROOT / "docs" / PAGES[name][0]).read_text("utf-8")
    shown = text(name)
    assert shown in page(name, **{"Accept-Language": "ja"})
    assert '<html lang="ja">' in page(name, **{"Accept-Language": "ja"})
    headings = [heading.strip() for heading in re.findall(r"^#+ (.*)", re.sub(r"(?ms)^```.*?^```", "", file), re.M)]
    assert [unescape(found) for found in re.findall(r"<h\d id=[^>]*>(.*?)</h\d>", shown)] == headings
    programs = re.findall(r"^```\w+\n(.*?)^```", file, re.M | re.S)
    assert [program for program in programs if f"<code>{program}</code>" not in unescape(shown)] == []


@pytest.mark.parametrize("name", PAGES)
def test_all_links_of_a_page_lead_somewhere(client, name):
    shown = text(name)
    ids = re.findall(r' id="([^"]*)"', shown)
    assert len(ids) == len(set(ids))
    links = [unescape(link) for link in re.findall(r'href="([^"]*)"', shown)]
    assert links
    for link in links:
        address, _, place = link.partition("#")
        if address.startswith("https://"):
            continue
        if address:
            answer = client.get(address)
            assert answer.status_code == 200, link
            answer.close()
        of = {url: other for other, url in ADDRESSES.items()}.get(address, name)
        assert not place or f' id="{place}"' in text(of), link


def test_html_in_a_file_is_shown_as_text():
    assert "<letters-ai-pad" not in text("guide")
    assert "&lt;letters-ai-pad" in text("guide")


@pytest.mark.parametrize("path", ["/characters/", "/api/v1/docs/", "/accounts/tokens/", *ADDRESSES.values()])
def test_the_site_links_to_the_guide(client_of, path):
    assert f'href="{ADDRESSES["guide"]}"' in client_of("alice").get(path).content.decode()


@pytest.mark.parametrize("path", ["/api/v1/docs/", *ADDRESSES.values()])
def test_the_tabs_show_where_one_is(client, path):
    answer = client.get(path).content.decode()
    assert re.findall(r'<a href="([^"]*)" aria-current="page"', answer) == [path]
