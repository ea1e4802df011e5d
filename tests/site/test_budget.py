"""The size of a first visit to the writing page, in bytes as served."""

import gzip
import re
from urllib.parse import urlsplit

import pytest

#: Bytes: scripts and styles compressed with Brotli, HTML with gzip as in docker/nginx/nginx.conf.
BUDGET = {"HTML": 10_000, "script": 25_000, "style": 8_000}
SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"|<link[^>]*\bhref="([^"]+\.js)"')
STYLE = re.compile(r'<link[^>]*\bhref="([^"]+\.css)"')
#: Matches the addresses that the browser loads by itself, unlike those of links in the text.
LOADED = re.compile(r'<(?:script|img|iframe|source|link)[^>]*\b(?:src|href)="([^"]+)"')


def first_visit(client, language: str) -> str:
    client.cookies["language"] = language
    page = client.get("/").content.decode()
    assert f'<html lang="{language}"' in page
    return page


def scripts_of(page: str) -> set[str]:
    return {address for pair in SCRIPT.findall(page) for address in pair if address}


def fetch(client, address: str, encoding: str = "br"):
    return client.get(address, headers={"Accept-Encoding": encoding})


def total_size(client, addresses: set[str]) -> int:
    return sum(len(b"".join(fetch(client, address))) for address in addresses)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja", "fr"])
def test_a_first_visit_stays_within_its_budget(client, language):
    page = first_visit(client, language)
    scripts = scripts_of(page)
    styles = set(STYLE.findall(page))
    assert scripts
    assert styles
    sizes = {
        "HTML": len(gzip.compress(page.encode(), 5)),
        "script": total_size(client, scripts),
        "style": total_size(client, styles),
    }
    exceeded = [
        f"The {kind} of a first visit in {language} is {size} bytes, {size - BUDGET[kind]} over its budget."
        for kind, size in sizes.items()
        if size > BUDGET[kind]
    ]
    assert not exceeded, " ".join(exceeded)


@pytest.mark.django_db
def test_a_first_visit_loads_nothing_from_other_hosts(client):
    addresses = LOADED.findall(first_visit(client, "en"))
    assert addresses
    assert [address for address in addresses if urlsplit(address).netloc] == []


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_files_with_a_hash_in_their_name_are_immutable_and_precompressed(client, encoding):
    page = first_visit(client, "en")
    [main] = [address for address in scripts_of(page) if "/assets/main-" in address]
    styles = [address for address in STYLE.findall(page) if "/assets/" in address]
    assert styles
    for address in [main, *styles]:
        answer = fetch(client, address, encoding)
        assert answer["Content-Encoding"] == encoding
        assert "immutable" in answer["Cache-Control"]
        assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.django_db
def test_files_without_a_hash_in_their_name_are_not_immutable(client):
    assert "immutable" not in client.get("/static/manifest.webmanifest")["Cache-Control"]


def test_the_pad_that_other_sites_embed_is_one_small_file_at_a_stable_address(client):
    answer = client.get("/static/pad.js")
    script = b"".join(answer)
    assert len(script) <= 15_000
    assert not re.search(rb"\bimport\b(?!\.meta)", script)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "immutable" not in answer["Cache-Control"]
