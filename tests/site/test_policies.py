"""The security headers, and that the site's own scripts violate no policy. test_every_page.py visits every page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error

from tests.support import learner
from tests.support.chromium import new_context
from tests.support.drawings import ink_of
from tests.support.site import Site

SECRET = "a long word 8"
#: Matches Chromium's messages about violations of the Content Security Policy and of Trusted Types.
VIOLATION = re.compile("Content Security Policy|requires 'Trusted")


@pytest.mark.django_db
def test_pages_have_the_security_headers(client):
    answer = client.get("/characters/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "trusted-types worker" in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.fixture(scope="module")
def superuser(site: Site) -> str:
    """Creates root@example.org, with a webhook. Returns the path of its page."""
    return "accounts/webhooks/{}/".format(
        site.run(
            "from accounts.models import User, Webhook; "
            f"root = User.objects.create_superuser('root@example.org', '{SECRET}'); "
            "print(Webhook.objects.register(root, 'https://example.org/hook').pk)"
        ).strip()
    )


@pytest.fixture
def violations(chromium: Browser, site: Site) -> Iterator[tuple[BrowserContext, list[str]]]:
    """A browser context, and the violations that its console reports."""
    context = new_context(chromium)
    found: list[str] = []
    context.on("console", lambda message: found.append(message.text) if VIOLATION.search(message.text) else None)
    yield context, found
    context.close()


def test_setting_inner_html_to_text_is_blocked(site, violations):
    context, found = violations
    page = context.new_page()
    page.goto(site.url)
    with pytest.raises(Error, match="TrustedHTML"):
        page.evaluate("document.body.innerHTML = '<p>text</p>'")
    assert found


def test_scoring_and_replaying_an_attempt_violates_no_policy(site, violations):
    context, found = violations
    page = context.new_page()
    page.goto(site.url)
    attempt = page.evaluate(
        "ink => fetch('/api/v1/attempts/', {method: 'POST', body: JSON.stringify({ink, target: '永'}),"
        " headers: {'Content-Type': 'application/json', 'Prefer': 'wait=10'}}).then(answer => answer.json())",
        ink_of("永"),
    )
    page.goto(site.url + f"history/{attempt['id']}/", wait_until="networkidle")
    page.locator(".replay-button").click()
    assert found == []


def test_the_page_of_a_webhook_violates_no_policy(site, violations, superuser):
    context, found = violations
    page = context.new_page()
    learner.sign_in(page, site, "root@example.org", SECRET)
    assert page.goto(site.url + superuser, wait_until="networkidle").status == 200
    assert found == []


@pytest.mark.usefixtures("superuser")
def test_sharing_a_result_violates_no_policy(site, violations):
    context, found = violations
    page = context.new_page()
    learner.sign_in(page, site, "root@example.org", SECRET)
    page.goto(site.url)
    page.evaluate(
        "ink => fetch('/api/v1/attempts/', {method: 'POST', body: JSON.stringify({ink, target: '永'}), headers: "
        "{'Content-Type': 'application/json', 'Prefer': 'wait=10', "
        "'X-CSRFToken': /csrftoken=([^;]+)/.exec(document.cookie)[1]}}).then(answer => answer.json())",
        ink_of("永"),
    )
    page.goto(site.url)
    page.locator(".history-square").click()
    page.get_by_role("button", name="Share", exact=True).click()
    picture = page.locator("canvas.share-picture")
    picture.wait_for()
    assert picture.evaluate("picture => [picture.width, picture.height]") == [1200, 630]
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save picture").click()
    assert saved.value.suggested_filename.startswith("letters-ai-永-")
    page.get_by_role("button", name="Create link").click()
    link = page.locator(".share-link input").input_value()
    assert page.goto(link, wait_until="networkidle").status == 200
    assert page.get_by_role("link", name="Write it yourself").is_visible()
    assert found == []
