"""What a first visit of the writing page loads, in bytes as they are served. Part of make check."""

import gzip
import re
from urllib.parse import urlsplit

import pytest

#: Bytes: script and style in Brotli, HTML as docker/nginx.conf packs it.
BUDGET = {"HTML": 10_000, "script": 25_000, "style": 8_000}
SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"|<link[^>]*\bhref="([^"]+\.js)"')
STYLE = re.compile(r'<link[^>]*\bhref="([^"]+\.css)"')
#: Of the elements that load by themselves; a link in the text doesn't.
LOADED = re.compile(r'<(?:script|img|iframe|source|link)[^>]*\b(?:src|href)="([^"]+)"')


def first_visit(client, language: str) -> str:
    client.cookies["language"] = language
    page = client.get("/").content.decode()
    assert f'<html lang="{language}"' in page
    return page


def scripts_of(page: str) -> set[str]:
    return {address for pair in SCRIPT.findall(page) for address in pair if address}


def served(client, address: str, encoding: str = "br"):
    return client.get(address, headers={"Accept-Encoding": encoding})


def weight(client, addresses: set[str]) -> int:
    return sum(len(b"".join(served(client, address))) for address in addresses)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_a_first_visit_stays_within_its_budget(client, language):
    page = first_visit(client, language)
    scripts = scripts_of(page)
    styles = set(STYLE.findall(page))
    assert scripts
    assert styles
    weights = {
        "HTML": len(gzip.compress(page.encode(), 5)),
        "script": weight(client, scripts),
        "style": weight(client, styles),
    }
    grown = [
        f"The {kind} of a first visit in {language} is {size} bytes, {size - BUDGET[kind]} over its budget."
        for kind, size in weights.items()
        if size > BUDGET[kind]
    ]
    assert not grown, " ".join(grown)


@pytest.mark.django_db
def test_a_first_visit_loads_nothing_from_other_hosts(client):
    addresses = LOADED.findall(first_visit(client, "en"))
    assert addresses
    assert [address for address in addresses if urlsplit(address).netloc] == []


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_what_has_a_hash_in_its_name_is_kept_for_long_and_was_compressed_before(client, encoding):
    page = first_visit(client, "en")
    [main] = [address for address in scripts_of(page) if "/assets/main-" in address]
    for address in [main, *STYLE.findall(page)]:
        answer = served(client, address, encoding)
        assert answer["Content-Encoding"] == encoding
        assert "immutable" in answer["Cache-Control"]
        assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.django_db
def test_what_has_none_is_asked_for_again_soon(client):
    assert "immutable" not in client.get("/static/manifest.webmanifest")["Cache-Control"]
