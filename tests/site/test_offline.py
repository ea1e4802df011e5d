"""The writing page without a connection, in a real browser against the real site."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.site.test_page import write
from tests.support.drawings import ink_of
from tests.support.site import Site, until

SECRET = "a long word 8"
ATTEMPTS = "/api/v1/attempts/"
THREE = ["一", "二", "三"]
WAITS_FOR_ITS_WRITER = "1 attempt is kept on this device until the person who wrote it signs in again."
#: Backdates the kept attempts, the first by 60 days, the others by one day.
BACKDATE = """() => new Promise((done, fail) => {
  const day = 24 * 60 * 60 * 1000;
  const opening = indexedDB.open("outbox");
  opening.onerror = fail;
  opening.onsuccess = () => {
    const change = opening.result.transaction("kept", "readwrite");
    change.oncomplete = () => { opening.result.close(); done(); };
    let days = 60;
    change.objectStore("kept").openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      cursor.update({ ...cursor.value, at: cursor.value.at - days * day });
      days = 1;
      cursor.continue();
    };
  };
})"""


@pytest.fixture(scope="module", autouse=True)
def _accounts(site: Site) -> None:
    site.run(
        "from allauth.account.models import EmailAddress; from accounts.models import User; "
        "users = [User.objects.create_user(f'{name}@example.org', '"
        + SECRET
        + "') for name in ('alice', 'bob', 'carol')]; "
        "EmailAddress.objects.bulk_create("
        "EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)"
    )


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    """The writing page, after the service worker has cached everything that it needs offline."""
    page = context.new_page()
    open_writing(page, site)
    return page


def open_writing(page: Page, site: Site) -> None:
    page.goto(site.url)
    expect(page.get_by_role("img", name="Writing area, empty")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready")


def sign_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.url}accounts/login/")
    page.get_by_label("Email").fill(f"{name}@example.org")
    page.get_by_label("Password", exact=True).fill(SECRET)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("link", name="Account")).to_be_visible()


def practise(page: Page, character: str) -> None:
    field = page.get_by_label("Practise", exact=True)
    field.fill(character)
    write(page, character)
    page.get_by_role("button", name="Score", exact=True).click()


def kept(number: int) -> str:
    return "1 attempt is kept on this device" if number == 1 else f"{number} attempts are kept on this device"


def write_three_offline(page: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    for number, character in enumerate(THREE, 1):
        practise(page, character)
        expect(page.get_by_text(kept(number))).to_be_visible()


def attempts(page: Page) -> list[str]:
    """The targets of the stored attempts, oldest first."""
    return [row["target"] for row in reversed(listed(page))]


def listed(page: Page) -> list[dict[str, Any]]:
    """The stored attempts, newest first."""
    answer = page.request.get(f"{page.evaluate('location.origin')}/api/v1/attempts/")
    return answer.json()["results"]


def test_attempts_written_offline_arrive_once_each_and_in_order(page, context):
    write_three_offline(page, context)
    context.set_offline(False)
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible()
    assert attempts(page) == THREE
    expect(page.get_by_text("You meant")).to_be_visible()  # the result of the last one, whose ink is still on the paper


def test_kept_attempts_are_dated_when_they_were_written_at_most_30_days_ago(page, context):
    write_three_offline(page, context)
    page.evaluate(BACKDATE)
    context.set_offline(False)
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible()
    assert attempts(page) == THREE
    now = datetime.now(UTC)
    ages = [now - datetime.fromisoformat(row["written_at"]) for row in listed(page)]
    assert [age.days for age in ages] == [1, 1, 30]


def test_a_lost_answer_duplicates_no_attempt(page, context):
    posted = []

    def accept_without_answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        posted.append(route.request.headers["idempotency-key"])
        route.fetch()
        return route.abort("connectionreset")

    page.route(f"**{ATTEMPTS}", accept_without_answer)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    assert attempts(page) == ["一"]  # the server has it, but the page doesn't know
    practise(page, "二")
    expect(page.get_by_text(kept(2))).to_be_visible()
    page.unroute(f"**{ATTEMPTS}")
    # The page retries by itself.
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible(timeout=20_000)
    assert attempts(page) == ["一", "二"]
    assert len(set(posted)) == 1  # the second waited for the first


def test_an_attempt_whose_answer_was_lost_and_that_was_deleted_since_is_not_sent_again(page):
    def accept_without_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            return route.abort("connectionreset")
        return route.continue_()

    page.route(f"**{ATTEMPTS}", accept_without_answer)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    origin = page.evaluate("location.origin")
    assert page.request.delete(f"{origin}{ATTEMPTS}{listed(page)[0]['id']}/").ok
    page.unroute(f"**{ATTEMPTS}")
    expect(page.get_by_text(kept(1))).to_be_hidden(timeout=20_000)
    assert listed(page) == []


def test_the_page_opens_offline_and_keeps_attempts(page, context, site):
    context.set_offline(True)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.reload()
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.goto(f"{site.url}characters/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Write").click()
    expect(page).to_have_url(site.url)
    practise(page, "二")
    expect(page.get_by_text(kept(2))).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible()
    assert attempts(page) == ["一", "二"]


def test_a_page_opened_offline_says_so_keeps_its_navigation_and_recovers(page, context, site):
    context.set_offline(True)
    page.goto(f"{site.url}characters/永/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    links = page.get_by_role("navigation", name="Site").get_by_role("link")
    expect(links).to_have_text(["Write", "Words", "Characters", "Today"])
    assert page.url.endswith("/characters/%E6%B0%B8/")
    context.set_offline(False)
    expect(page.get_by_role("heading", name="永 eternity")).to_be_visible(timeout=15_000)


def test_the_writing_page_opened_offline_keeps_its_navigation(page, context, site):
    context.set_offline(True)
    page.reload()
    expect(page.get_by_text("No connection.")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("No connection.")).to_be_hidden(timeout=15_000)
    page.get_by_role("navigation", name="Site").get_by_role("link", name="Characters").click()
    expect(page.get_by_role("heading", name="Characters", exact=True)).to_be_visible()


def test_an_attempt_sent_late_still_asks_which_character_was_meant(page, context, site):
    context.set_offline(True)
    for number, character in enumerate(["口", "一"], 1):
        write(page, character)
        page.get_by_role("button", name="Score", exact=True).click()
        expect(page.get_by_text(kept(number))).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("1 attempt was sent late. Which character did you mean?")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Choose", exact=True).first.click()
    expect(page.get_by_role("heading", name="Which one did you mean?")).to_be_visible()
    page.get_by_role("button", name=re.compile("^口, ")).click()
    expect(page.get_by_role("heading", name="You meant 口")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("sent late")).to_be_hidden()
    assert attempts(page)[0] == "口"


def test_the_offline_page_is_in_the_language_chosen_last(page, context, site):
    context.add_cookies([{"name": "language", "value": "fr", "url": site.url}])
    page.goto(site.url)
    expect(page.get_by_role("img", name="Zone d’écriture, vide")).to_be_visible()
    kept = "async () => (await (await caches.match('/offline/')).text()).includes('<html lang=\"fr\"')"
    until(lambda: page.evaluate(kept), 30)
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("img", name="Zone d’écriture, vide")).to_be_visible()
    expect(page.get_by_text("Pas de connexion.")).to_be_visible()


def test_an_attempt_kept_for_alice_is_never_sent_as_bobs(page, context, site):
    sign_in(page, site, "alice")
    open_writing(page, site)
    context.set_offline(True)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    # Alice's session ends and Bob signs in in another tab. This page doesn't know, and still belongs to Alice.
    context.route(f"**{ATTEMPTS}", lambda route: route.abort())
    context.set_offline(False)
    other = context.new_page()
    context.clear_cookies(name="sessionid")
    sign_in(other, site, "bob")
    open_writing(other, site)
    context.unroute_all()
    # The page retries by itself.
    expect(page.get_by_text(WAITS_FOR_ITS_WRITER)).to_be_visible(timeout=30_000)
    assert attempts(other) == []
    context.clear_cookies(name="sessionid")
    sign_in(other, site, "alice")
    open_writing(other, site)
    until(lambda: attempts(other) == ["一"], 30)  # either page may send it


def test_signing_out_sends_kept_attempts_first(page, context, site):
    sign_in(page, site, "bob")
    open_writing(page, site)
    context.set_offline(True)
    practise(page, "三")
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.goto("about:blank")
    context.set_offline(False)
    page.goto(f"{site.url}accounts/logout/")
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible()
    assert attempts(page) == ["三"]


def test_signing_out_deletes_what_the_browser_stored(page, context, site):
    sign_in(page, site, "bob")
    open_writing(page, site)
    context.route(f"**{ATTEMPTS}", lambda route: route.abort())
    practise(page, "二")
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.goto(f"{site.url}accounts/logout/")
    expect(page.get_by_text("If you sign out now, it will be lost.")).to_be_visible()
    page.evaluate("localStorage.setItem('left', 'behind')")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    assert page.evaluate("localStorage.getItem('left')") is None
    context.unroute_all()
    sign_in(page, site, "bob")
    open_writing(page, site)
    expect(page.locator(".history-square")).to_have_count(len(attempts(page)))
    assert "二" not in attempts(page)


def test_a_page_without_browser_storage_offers_a_retry(page, context, site):
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    open_writing(page, site)
    write(page, "ア")
    context.set_offline(True)
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_text("No connection. What you wrote is still here.")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="You meant ア")).to_be_visible(timeout=15_000)
    expect(page.locator(".history-square")).to_have_count(1)


def test_the_service_worker_is_revalidated_and_controls_the_whole_site(page, site):
    answer = page.request.get(f"{site.url}sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" not in answer.headers["cache-control"]
    assert page.evaluate("navigator.serviceWorker.ready.then(({ scope }) => scope)") == site.url


def test_an_attempt_kept_before_signing_in_is_sent_as_a_guests_and_can_be_claimed(page, context, site):
    context.set_offline(True)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.goto("about:blank")
    context.set_offline(False)
    sign_in(page, site, "carol")
    open_writing(page, site)
    expect(page.get_by_text("What was written here before you signed in has been sent.")).to_be_visible()
    assert attempts(page) == []
    page.get_by_role("link", name="Is it yours?").click()
    page.get_by_role("button", name=re.compile("keep it in my account")).click()
    page.wait_for_url("**/today/")
    assert attempts(page) == ["一"]


def test_an_attempt_kept_after_the_session_ended_waits_until_its_writer_signs_in_again(page, context, site):
    sign_in(page, site, "carol")
    open_writing(page, site)
    before = attempts(page)
    context.clear_cookies(name="sessionid")
    context.set_offline(True)
    practise(page, "二")
    expect(page.get_by_text(kept(1))).to_be_visible()
    context.set_offline(False)
    notice = page.get_by_text(WAITS_FOR_ITS_WRITER)
    expect(notice).to_be_visible()
    page.reload()  # as a guest
    expect(notice).to_be_visible()
    sign_in(page, site, "carol")
    open_writing(page, site)
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible()
    assert attempts(page) == [*before, "二"]


def test_an_attempt_after_the_session_ended_is_not_sent_and_stays_on_the_paper(page, context, site):
    sign_in(page, site, "carol")
    open_writing(page, site)
    context.clear_cookies(name="sessionid")
    practise(page, "三")
    expect(page.get_by_text("You have signed out, or somebody else has signed in.")).to_be_visible()
    page.get_by_role("button", name="Reload").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    expect(page.get_by_role("img", name="Writing area, 3 strokes")).to_be_visible()
    assert attempts(page) == []


def test_two_tabs_share_their_kept_attempts(page, context, site):
    other = context.new_page()
    open_writing(other, site)
    context.set_offline(True)
    practise(page, "一")
    practise(other, "二")
    for tab in (page, other):
        expect(tab.get_by_text("2 attempts are kept on this device.")).to_be_visible()
    context.set_offline(False)
    for tab in (page, other):
        expect(tab.locator(".history-square")).to_have_count(2)
    expect(page.get_by_text("You meant")).to_be_visible()
    expect(other.get_by_text("You meant")).to_be_visible()
    assert sorted(attempts(page)) == ["一", "二"]


def test_a_kept_attempt_that_is_refused_returns_to_the_paper(page, context):
    context.set_offline(True)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.route(
        f"**{ATTEMPTS}", lambda route: route.fulfill(status=413, json={"detail": "Too long.", "code": "too_large"})
    )
    context.set_offline(False)
    expect(page.get_by_text("Something that was kept on this device was refused: Too long.")).to_be_visible()
    page.unroute(f"**{ATTEMPTS}")
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Score", exact=True).click()
    expect(page.get_by_text("You meant")).to_be_visible()
    assert attempts(page) == ["一"]


def test_a_page_opened_from_the_cache_sends_kept_attempts_when_the_server_answers_again(page, context, site):
    context.set_offline(True)
    practise(page, "一")
    expect(page.get_by_text(kept(1))).to_be_visible()
    page.reload()  # from the service worker's cache
    context.route(f"**{ATTEMPTS}", lambda route: route.abort())
    page.route(site.url, lambda route: route.abort())
    context.set_offline(False)
    page.reload()
    expect(page.get_by_text(kept(1))).to_be_visible()
    context.unroute_all()
    expect(page.get_by_text("Everything that was kept on this device has been sent.")).to_be_visible(timeout=20_000)
    assert attempts(page) == ["一"]


@pytest.mark.django_db
def test_the_offline_page_contains_nothing_about_the_user(client_of):
    answer = client_of("alice").get("/offline/")
    page = answer.content.decode()
    assert 'id="app"' in page
    assert "data-writer" not in page
    assert "Account" not in page
    assert "guest" not in answer.cookies


@pytest.mark.django_db
def test_an_attempt_of_a_guest_stays_the_guests_after_signing_in_and_can_be_claimed(client_of, fake_scorer):
    alice = client_of("alice")
    body = {"ink": ink_of("口")}
    headers = {"Writer": "guest", "Idempotency-Key": "once"}
    first, again = (alice.post(ATTEMPTS, body, content_type="application/json", headers=headers) for _ in range(2))
    assert first.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    assert alice.get(ATTEMPTS).json()["results"] == []
    assert "Is this attempt yours?" in alice.get("/accounts/claim/").content.decode()
    alice.post("/accounts/claim/", {"mine": "yes"})
    assert [row["id"] for row in alice.get(ATTEMPTS).json()["results"]] == [first.json()["id"]]


@pytest.mark.django_db
def test_an_attempt_of_another_writer_is_refused_and_not_stored(client_of, fake_scorer):
    alice = client_of("alice")
    body = {"ink": ink_of("口")}
    refused = alice.post(ATTEMPTS, body, content_type="application/json", headers={"Writer": "somebody else"})
    assert refused.status_code == 409
    assert refused.json()["code"] == "another_writer"
    assert alice.get(ATTEMPTS).json()["results"] == []
    writer = alice.get("/").content.decode().partition('data-writer="')[2].partition('"')[0]
    taken = alice.post(ATTEMPTS, body, content_type="application/json", headers={"Writer": writer})
    assert taken.status_code == 201
