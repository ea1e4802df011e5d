"""Languages and time zones: whose they are, and that the catalogues are whole."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import timezone

from accounts.models import User
from characters.catalogue import lookalikes, reasons
from characters.models import LookalikeGroup
from ml import legibility
from scoring.models import Attempt
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "lettersai" / "locale"
TITLES = {"en": "Characters", "ja": "文字一覧", "fr": "Caractères"}


def language_of(response: Any) -> str:
    """That of a page, which its heading and both its signs agree on."""
    code = response["Content-Language"]
    page = response.content.decode()
    assert f'<html lang="{code}">' in page
    assert f"<h1>{TITLES[code]}</h1>" in page
    return str(code)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("en;q=0.5,ja;q=0.9", "ja"),
        ("de,ja;q=0.4,fr;q=0.3", "ja"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("x" * 600, "en"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_asks_for(client, accepted, language):
    assert language_of(client.get("/characters/", headers={"Accept-Language": accepted})) == language


def test_what_was_chosen_in_the_browser_outweighs_what_it_asks_for_and_the_account_outweighs_both(client_of):
    client = client_of("alice")
    asking = {"Accept-Language": "fr"}
    User.objects.update(language="")
    assert language_of(client.get("/characters/", headers=asking)) == "fr"
    client.cookies["language"] = "en"
    assert language_of(client.get("/characters/", headers=asking)) == "en"
    User.objects.update(language="ja")
    assert language_of(client.get("/characters/", headers=asking)) == "ja"


def test_a_cookie_of_a_language_that_there_is_not_says_nothing(client):
    client.cookies["language"] = "tlh"
    assert language_of(client.get("/characters/", headers={"Accept-Language": "fr"})) == "fr"


def test_caches_keep_languages_apart(client):
    kept = {part.strip() for part in client.get("/characters/")["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= kept


def test_the_switch_keeps_the_page_and_is_remembered(client):
    response = client.post("/language/", {"language": "ja", "next": "/characters/?q=eat"})
    assert response["Location"] == "/characters/?q=eat"
    assert language_of(client.get("/characters/", headers={"Accept-Language": "fr"})) == "ja"


def test_the_switch_of_who_is_signed_in_is_the_accounts_too(client_of):
    client_of("alice").post("/language/", {"language": "fr"})
    assert User.objects.get().language == "fr"


@pytest.mark.parametrize("language", ["", "tlh", "de", "fr\0", "x" * 5000])
def test_the_switch_takes_no_other_language(client_of, language):
    assert client_of("alice").post("/language/", {"language": language}).status_code == 400
    assert User.objects.get().language == "en"


def test_the_switch_leads_to_no_other_site(client):
    assert client.post("/language/", {"language": "ja", "next": "https://example.org/"})["Location"] == "/"


def test_the_switch_is_on_every_page_without_javascript(client):
    for path in ("/", "/characters/", "/history/", "/accounts/login/", "/nowhere/"):
        page = client.get(path).content.decode()
        assert page.count('name="language" value="') == 3


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "Nothing was written."),
        ("ja", "何も書かれていません。"),
        ("fr", "Rien n’a été écrit."),
    ],
)
def test_the_api_explains_itself_in_the_language_with_the_same_code(client, post, language, message):
    response = post(client, {"ink": {"width": 1, "height": 1, "strokes": []}}, **{"Accept-Language": language})
    assert response.json() == {"ink": [{"message": message, "code": "nothing_written"}]}


def test_an_answer_in_one_language_is_not_taken_for_the_same_in_another(client):
    url = "/api/v1/characters/永/"
    known = client.get(url, headers={"Accept-Language": "fr"})["ETag"]
    assert client.get(url, headers={"Accept-Language": "fr", "If-None-Match": known}).status_code == 304
    assert client.get(url, headers={"Accept-Language": "ja", "If-None-Match": known}).status_code == 200


def test_json_has_the_same_dates_and_numbers_in_every_language(client, post):
    attempt = post(client, {"ink": ink_of("口")}).json()["id"]
    answers = {
        client.get(f"/api/v1/attempts/{attempt}/", headers={"Accept-Language": language}).content for language in TITLES
    }
    assert len(answers) == 1


@pytest.mark.parametrize("path", ["/today/", "/history/", "/history/{id}/", "/progress/口/", "/characters/口/"])
def test_drawings_have_the_same_numbers_in_every_language(client_of, post, path):
    alice = client_of("alice")
    ink = ink_of("口", size=542.8)
    attempt = post(alice, {"ink": {**ink, "width": 542.8, "height": 542.8}, "target": "口"}).json()["id"]
    pages = {}
    for language in TITLES:
        User.objects.update(language=language)
        page = alice.get(path.format(id=attempt)).content.decode()
        pages[language] = re.findall(r' (?:viewBox|stroke-width|[cr][xy]?|[xy]|width|height|d)="([^"]*)"', page)
    assert "0 0 542.8 542.8" in pages["en"]
    assert pages["en"] == pages["ja"] == pages["fr"]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "永 one on top"), ("ja", "永は上に点がある"), ("fr", "永 un point au sommet")]
)
def test_what_tells_lookalikes_apart_is_told_in_every_language(client, language, said):
    page = client.get("/characters/永/", headers={"Accept-Language": language}).content.decode()
    assert said in page


def test_every_reason_of_a_lookalike_group_is_translated():
    told = {*lookalikes().values(), *legibility.lookalikes().values()}
    assert told == set(reasons())
    for row in reasons().values():
        assert set(row) == set(TITLES)
        assert all(row.values())


def test_a_curators_own_reason_is_shown_as_it_is(client):
    LookalikeGroup.objects.filter(members__contains="永").update(reason="Mind the dot.")
    page = client.get("/characters/永/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<span lang="en">Mind the dot.</span>' in page


def test_a_new_account_takes_over_language_and_zone_of_the_browser(client):
    client.cookies["tz"] = "Asia/Tokyo"
    password = "brush and ink 5"
    form = {"email": "new@example.org", "password1": password, "password2": password}
    client.post("/accounts/signup/", form, headers={"Accept-Language": "ja"})
    user = User.objects.get(email="new@example.org")
    assert (user.language, user.time_zone) == ("ja", "Asia/Tokyo")


def test_signing_in_elsewhere_changes_no_preference(client_of):
    client_of("alice")
    User.objects.update(language="fr", time_zone="Europe/Paris")
    there = Client()
    there.cookies["tz"] = "Asia/Tokyo"
    there.force_login(User.objects.get())
    user = User.objects.get()
    assert (user.language, user.time_zone) == ("fr", "Europe/Paris")


def test_preferences_are_kept(client_of):
    client = client_of("alice")
    assert client.post("/accounts/preferences/", {"language": "fr", "time_zone": "Asia/Tokyo"}).status_code == 302
    assert "Enregistré." in client.get("/accounts/preferences/").content.decode()
    user = User.objects.get()
    assert (user.language, user.time_zone) == ("fr", "Asia/Tokyo")


@pytest.mark.parametrize(
    "form", [{"language": "tlh", "time_zone": "UTC"}, {"language": "fr", "time_zone": "Mars/Base"}]
)
def test_preferences_that_there_are_not_change_nothing(client_of, form):
    assert client_of("alice").post("/accounts/preferences/", form).status_code == 400
    user = User.objects.get()
    assert (user.language, user.time_zone) == ("en", "")


def late_in_london(client: Client, post: Any) -> None:
    """A writing of 25 November in UTC, which in Tokyo is the 26th."""
    post(client, {"ink": ink_of("口"), "target": "口"})
    Attempt.objects.update(written_at=datetime(2026, 11, 25, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", "2026-11-26"), ("Europe/Paris", "2026-11-25"), ("Mars/Base", "2026-11-25")]
)
def test_a_guests_days_are_those_of_the_browser(client_of, post, zone, day):
    visitor = client_of("visitor")
    late_in_london(visitor, post)
    visitor.cookies["tz"] = zone
    assert f'<time datetime="{day}">' in visitor.get("/history/").content.decode()


def test_an_accounts_days_are_its_own_wherever_the_browser_is(client_of, post):
    alice = client_of("alice")
    late_in_london(alice, post)
    User.objects.update(time_zone="Asia/Tokyo")
    alice.cookies["tz"] = "America/New_York"
    assert '<time datetime="2026-11-26">' in alice.get("/history/").content.decode()


@pytest.mark.parametrize(("query", "is_found"), [("after=2026-11-26", True), ("before=2026-11-26", False)])
def test_filters_mean_the_learners_days(client_of, post, query, is_found):
    alice = client_of("alice")
    late_in_london(alice, post)
    User.objects.update(time_zone="Asia/Tokyo")
    assert ('datetime="2026-11-26"' in alice.get(f"/history/?{query}").content.decode()) is is_found


def test_nothing_of_one_request_is_left_for_the_next(client):
    client.cookies["tz"] = "Asia/Tokyo"
    client.get("/characters/", headers={"Accept-Language": "fr"})
    assert timezone.get_current_timezone_name() == "UTC"


# The catalogues


def catalogue(language: str) -> Any:
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, into whose catalogues every text was extracted anew."""
    copy = tmp_path_factory.mktemp("sources")
    for name in ("accounts", "characters", "lettersai", "scoring", "ml", "manage.py"):
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("*.keras", "*.csv", "*.mo", "__pycache__", "static")
            shutil.copytree(source, copy / name, ignore=ignored)
        else:
            shutil.copy(source, copy / name)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "ja", "--locale", "fr", "--no-obsolete"]
    subprocess.run(command, cwd=copy, check=True, capture_output=True)
    return copy / "lettersai" / "locale"


@pytest.mark.parametrize("language", ["ja", "fr"])
def test_every_text_is_translated(extracted, language):
    with (extracted / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        found = read_po(file, locale=language)
    lacking = [m.id for m in found if m.id and (m.fuzzy or not m.string or not all(strings(m)))]
    assert lacking == []


def strings(message: Any) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string]


@pytest.mark.parametrize("language", ["ja", "fr"])
def test_translations_have_the_same_placeholders_and_tags(language):
    def parts(text: str) -> set[str]:
        return set(re.findall(r"%\(\w+\)s|%%|\{\w+\}|</?[a-z]+", text))

    different = []
    for message in catalogue(language):
        ids = message.id if isinstance(message.id, tuple | list) else [message.id]
        for text in strings(message) if message.id else []:
            if not parts(text) <= parts(ids[-1]) or (text == strings(message)[-1] and parts(text) != parts(ids[-1])):
                different.append(text)
    assert different == []


def test_french_is_set_as_french_is():
    """No plain space before a double sign, none after an opening quotation mark, no typewriter's apostrophe."""
    wrong = [
        text
        for message in catalogue("fr")
        if message.id
        for text in strings(message)
        if re.search(r" [:;?!»]|« |\w'\w", text)
    ]
    assert wrong == []


class Texts(HTMLParser):
    """What a template's reader reads, where tags of the template language count as nothing."""

    SILENT = ("script", "style", "code")
    READ = ("alt", "title", "placeholder", "aria-label", "label")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.within: list[str] = []
        marked = r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}"
        attributes = r'{%\s*block body\s*%}(?: class="[\w-]+")?{%\s*endblock\s*%}'  # of the whole page
        self.feed(re.sub(f"{attributes}|{marked}", " ", source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within.append(tag)
        self.found += [value for name, value in attrs if name in self.READ and value]

    def handle_endtag(self, tag: str) -> None:
        while tag in self.within and self.within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.within or self.within[-1] not in self.SILENT:
            self.found.append(data)


#: Names, which are the same in every language.
NAMES = {"Letters-AI", "JIS", "JLPT"}
#: The team's own pages are in English; and one has a tag whose name it chooses.
EXCEPTIONS = ("characters/templates/characters/admin", "lettersai/templates/allauth/elements/button.html")
TEMPLATES = [
    path
    for path in ROOT.glob("*/templates/**/*")
    if path.suffix in (".html", ".txt") and not str(path.relative_to(ROOT)).startswith(EXCEPTIONS)
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_of_a_template_is_marked_for_translation(path):
    read = " ".join(Texts(path.read_text(encoding="utf-8")).found)
    words = set(re.findall(r"[^\W\d_](?:[\w-]*[^\W\d_])?", re.sub(r"&\w+;", " ", read))) - NAMES
    assert {word for word in words if word.isascii()} == set()
