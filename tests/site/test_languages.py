"""Languages and time zones: which ones a request gets, and whether every text is translated."""

import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils import timezone

from accounts.models import CharacterList, Confusion, Day, Progress, Review, User
from characters.catalogue import lookalikes, reasons
from characters.models import Character, LookalikeGroup
from ml import legibility
from scoring.models import Attempt
from tests.support.drawings import ink_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "lettersai" / "locale"
TITLES = {"en": "Characters", "ja": "文字一覧", "fr": "Caractères"}


def language_of(response: Any) -> str:
    """The language of a page; fails unless its header, its html element and its heading agree."""
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


def test_the_account_overrides_the_cookie_and_the_cookie_overrides_the_browser(client_of):
    client = client_of("alice")
    asking = {"Accept-Language": "fr"}
    User.objects.update(language="")
    assert language_of(client.get("/characters/", headers=asking)) == "fr"
    client.cookies["language"] = "en"
    assert language_of(client.get("/characters/", headers=asking)) == "en"
    User.objects.update(language="ja")
    assert language_of(client.get("/characters/", headers=asking)) == "ja"


def test_a_cookie_with_an_unknown_language_is_ignored(client):
    client.cookies["language"] = "tlh"
    assert language_of(client.get("/characters/", headers={"Accept-Language": "fr"})) == "fr"


def test_caches_store_each_language_separately(client):
    varies_by = {part.strip() for part in client.get("/characters/")["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= varies_by


def test_the_language_switch_returns_to_the_page_and_is_remembered(client):
    response = client.post("/language/", {"language": "ja", "next": "/characters/?q=eat"})
    assert response["Location"] == "/characters/?q=eat"
    assert language_of(client.get("/characters/", headers={"Accept-Language": "fr"})) == "ja"


def test_the_language_switch_also_changes_the_account_when_signed_in(client_of):
    client_of("alice").post("/language/", {"language": "fr"})
    assert User.objects.get().language == "fr"


@pytest.mark.parametrize("language", ["", "tlh", "de", "fr\0", "x" * 5000])
def test_the_language_switch_refuses_unsupported_languages(client_of, language):
    assert client_of("alice").post("/language/", {"language": language}).status_code == 400
    assert User.objects.get().language == "en"


def test_the_language_switch_never_redirects_to_another_site(client):
    assert client.post("/language/", {"language": "ja", "next": "https://example.org/"})["Location"] == "/"


def test_pages_have_the_language_switch_without_javascript(client):
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
def test_api_errors_have_a_translated_message_and_the_same_code(client, post, language, message):
    response = post(client, {"ink": {"width": 1, "height": 1, "strokes": []}}, **{"Accept-Language": language})
    error = {"pointer": "/ink", "code": "nothing_written", "detail": message}
    assert response.json() == {"code": "invalid", "detail": message, "errors": [error]}


def test_an_etag_is_valid_in_one_language_only(client):
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
def test_svg_pictures_have_the_same_numbers_in_every_language(client_of, post, path):
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
    ("language", "difference"),
    [("en", "永 one on top"), ("ja", "永は上に点があります"), ("fr", "永 un point au sommet")],
)
def test_the_difference_between_lookalikes_is_shown_in_every_language(client, language, difference):
    page = client.get("/characters/永/", headers={"Accept-Language": language}).content.decode()
    assert difference in page


def test_every_reason_of_a_lookalike_group_is_translated():
    used = {*lookalikes().values(), *legibility.lookalikes().values()}
    assert used == set(reasons())
    for row in reasons().values():
        assert set(row) == set(TITLES)
        assert all(row.values())


def test_a_reason_written_by_a_curator_is_shown_untranslated(client):
    LookalikeGroup.objects.filter(members__contains="永").update(reason="Mind the dot.")
    page = client.get("/characters/永/", headers={"Accept-Language": "fr"}).content.decode()
    assert '<span lang="en">Mind the dot.</span>' in page


def test_a_new_account_gets_the_language_and_the_time_zone_of_the_browser(client):
    client.cookies["tz"] = "Asia/Tokyo"
    password = "brush and ink 5"
    form = {"email": "new@example.org", "password1": password, "password2": password}
    client.post("/accounts/signup/", form, headers={"Accept-Language": "ja"})
    user = User.objects.get(email="new@example.org")
    assert (user.language, user.time_zone) == ("ja", "Asia/Tokyo")


def test_signing_in_from_another_browser_changes_no_preference(client_of):
    client_of("alice")
    User.objects.update(language="fr", time_zone="Europe/Paris")
    elsewhere = Client()
    elsewhere.cookies["tz"] = "Asia/Tokyo"
    elsewhere.force_login(User.objects.get())
    user = User.objects.get()
    assert (user.language, user.time_zone) == ("fr", "Europe/Paris")


def test_preferences_are_saved(client_of):
    client = client_of("alice")
    assert client.post("/accounts/preferences/", {"language": "fr", "time_zone": "Asia/Tokyo"}).status_code == 302
    assert "Enregistré." in client.get("/accounts/preferences/").content.decode()
    user = User.objects.get()
    assert (user.language, user.time_zone, user.is_school_strict) == ("fr", "Asia/Tokyo", False)


def test_strictness_is_switched_on_and_off(client_of):
    client = client_of("alice")
    known = {"language": "fr", "time_zone": "Asia/Tokyo"}
    for switch, is_strict in (({"is_school_strict": "on"}, True), ({}, False)):
        client.post("/accounts/preferences/", {**known, **switch})
        assert User.objects.get().is_school_strict is is_strict
        form = client.get("/accounts/preferences/").context["fields"]["form"]
        assert form["is_school_strict"].value() is is_strict


@pytest.mark.parametrize(
    "form", [{"language": "tlh", "time_zone": "UTC"}, {"language": "fr", "time_zone": "Mars/Base"}]
)
def test_invalid_preferences_are_refused_and_change_nothing(client_of, form):
    assert client_of("alice").post("/accounts/preferences/", form).status_code == 400
    user = User.objects.get()
    assert (user.language, user.time_zone) == ("en", "")


def post_late_attempt(client: Client, post: Any) -> None:
    """Post an attempt dated 20:00 UTC on 25 November, which is 26 November in Tokyo."""
    post(client, {"ink": ink_of("口"), "target": "口"})
    Attempt.objects.update(written_at=datetime(2026, 11, 25, 20, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "day"), [("Asia/Tokyo", "2026-11-26"), ("Europe/Paris", "2026-11-25"), ("Mars/Base", "2026-11-25")]
)
def test_guests_see_dates_in_the_time_zone_of_the_browser(client_of, post, zone, day):
    visitor = client_of("visitor")
    post_late_attempt(visitor, post)
    visitor.cookies["tz"] = zone
    assert f'<time datetime="{day}">' in visitor.get("/history/").content.decode()


def test_learners_see_dates_in_the_time_zone_of_their_account(client_of, post):
    alice = client_of("alice")
    post_late_attempt(alice, post)
    User.objects.update(time_zone="Asia/Tokyo")
    alice.cookies["tz"] = "America/New_York"
    assert '<time datetime="2026-11-26">' in alice.get("/history/").content.decode()


@pytest.mark.parametrize(("query", "is_found"), [("after=2026-11-26", True), ("before=2026-11-26", False)])
def test_date_filters_use_the_time_zone_of_the_account(client_of, post, query, is_found):
    alice = client_of("alice")
    post_late_attempt(alice, post)
    User.objects.update(time_zone="Asia/Tokyo")
    assert ('datetime="2026-11-26"' in alice.get(f"/history/?{query}").content.decode()) is is_found


def test_the_time_zone_of_a_request_is_reset_after_it(client):
    client.cookies["tz"] = "Asia/Tokyo"
    client.get("/characters/", headers={"Accept-Language": "fr"})
    assert timezone.get_current_timezone_name() == "UTC"


# Translation catalogues


def catalogue(language: str) -> Any:
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The locale folder of a copy of the sources, after makemessages has extracted every text."""
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


def test_french_texts_follow_french_typography():
    """Spaces before double punctuation and after opening quotation marks don't break; apostrophes are curly."""
    wrong = [
        text
        for message in catalogue("fr")
        if message.id
        for text in strings(message)
        if re.search(r" [:;?!»]|« |\w'\w", text)
    ]
    assert wrong == []


class Texts(HTMLParser):
    """Collects the visible texts of a template that are outside template tags."""

    HIDDEN_TAGS = ("script", "style", "code")
    VISIBLE_ATTRIBUTES = ("alt", "title", "placeholder", "aria-label", "label")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.open_tags: list[str] = []
        template_tags = r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}|{%.*?%}|{{.*?}}|{#.*?#}"
        attributes = r'{%\s*block body\s*%}(?: class="[\w-]+")?{%\s*endblock\s*%}'  # of the body element
        self.feed(re.sub(f"{attributes}|{template_tags}", " ", source, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open_tags.append(tag)
        self.found += [value for name, value in attrs if name in self.VISIBLE_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open_tags and self.open_tags.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self.open_tags or self.open_tags[-1] not in self.HIDDEN_TAGS:
            self.found.append(data)


#: Names that are the same in every language.
NAMES = {"Letters-AI", "JIS", "JLPT"}
#: The template of buttons has a variable as the name of its tag.
EXCEPTIONS = ("lettersai/templates/allauth/elements/button.html",)
TEMPLATES = [
    path
    for path in ROOT.glob("*/templates/**/*")
    if path.suffix in (".html", ".txt") and not str(path.relative_to(ROOT)).startswith(EXCEPTIONS)
]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_of_a_template_is_marked_for_translation(path):
    visible = " ".join(Texts(path.read_text(encoding="utf-8")).found)
    words = set(re.findall(r"[^\W\d_](?:[\w-]*[^\W\d_])?", re.sub(r"&\w+;", " ", visible))) - NAMES
    assert {word for word in words if word.isascii()} == set()


# Numbers


@pytest.mark.parametrize(("language", "number"), [("en", "1,076"), ("ja", "1,076"), ("fr", "1\u202f076")])
def test_thousands_are_grouped_as_the_language_does_it_on_every_page(client_of, language, number):
    alice = client_of("alice")
    User.objects.update(language=language)
    user = User.objects.get()
    Day.objects.create(user=user, date=user.today, attempts=1076, total=1076 * 70, duration=1076 * 3_600_000)
    kanji = list(Character.objects.filter(script="kanji")[:1076])
    now = timezone.now()
    Progress.objects.bulk_create(
        Progress(user=user, character=one, attempts=1, recent=70, latest_at=now) for one in kanji
    )
    CharacterList.objects.create(user=user, name="long", characters="".join(one.literal for one in kanji))
    Review.objects.bulk_create(
        Review(user=user, character=one, begun_on=user.today, due_on=user.today) for one in kanji
    )
    Confusion.objects.create(user=user, character=kanji[0], read_as="口", times=1076)
    pk = CharacterList.objects.get().pk
    Character.objects.filter(pk__in=[one.pk for one in kanji]).update(grade=8, n_level=1)
    Character.objects.filter(grade=8).exclude(pk__in=[one.pk for one in kanji]).update(grade=9)
    for page in (
        "today/",
        "progress/",
        f"progress/{kanji[0]}/",
        "progress/wall/",
        "progress/stamps/",
        "plan/",
        "lists/",
        f"lists/{pk}/",
        "characters/?script=kanji",
    ):
        shown = unescape(re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", alice.get(f"/{page}").content.decode()))
        assert number in shown, page
        assert "1076" not in shown, page


@pytest.mark.parametrize(("language", "points"), [("en", "4,096"), ("ja", "4,096"), ("fr", "4\u202f096")])
def test_thousands_are_grouped_in_what_a_refusal_says(client_of, post, language, points):
    ink = {"width": 100, "height": 100, "strokes": [[[1, 2, 3]] * 4097]}
    headers = {"Accept-Language": language}
    assert points in post(client_of("visitor"), {"ink": ink}, **headers).json()["detail"]


def test_numbers_for_machines_are_never_grouped(client_of):
    alice = client_of("alice")
    User.objects.update(language="fr")
    CharacterList.objects.create(pk=123456, user=User.objects.get(), name="late", characters="口")
    for page in ("lists/", "lists/123456/", "characters/日/", "progress/"):
        source = alice.get(f"/{page}").content.decode()
        assert "123\u202f456" not in source
    assert 'list=123456"' in alice.get("/lists/").content.decode()
    assert 'value="123456"' in alice.get("/characters/日/").content.decode()
