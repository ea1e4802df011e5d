"""A learner's first day in a real browser: as a guest, with an account, in another browser, with a passkey."""

import re

from playwright.sync_api import Page, expect

from tests.site.test_page import practise
from tests.support.chromium import new_context
from tests.support.site import Site, until

PASSWORD = "brush and ink 5"


def test_a_guests_attempts_appear_in_every_browser_after_signing_up(site, chromium):
    page = new_context(chromium).new_page()
    page.goto(site.url)
    for character in "永シ食":
        practise(page, character, character)

    page.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="sign up").click()
    page.get_by_label("Email").fill("learner@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Sign Up").click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    [mail] = until(lambda: mails(site, "learner@example.org"))
    page.goto(re.findall(r"http://localhost\S+/accounts/confirm-email/\S+", mail)[0])
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Yes, keep them in my account").click()
    expect(history(page, site)).to_have_count(3)

    second = new_context(chromium).new_page()
    second.goto(f"{site.url}accounts/login/")
    second.get_by_label("Email").fill("learner@example.org")
    second.get_by_label("Password").fill(PASSWORD)
    second.get_by_role("button", name="Sign In", exact=True).click()
    expect(history(second, site)).to_have_count(3)

    add_passkey(page, site)
    page.goto(f"{site.url}accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign Out").click()
    page.goto(f"{site.url}accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(history(page, site)).to_have_count(3)


def mails(site: Site, to: str) -> list[str]:
    texts = [file.read_text() for file in (site.folder / "mail").glob("*")]
    return [text for text in texts if f"To: {to}" in text]


def history(page: Page, site: Site):
    """The attempts beside the paper, as soon as there is one."""
    page.wait_for_url(f"{site.url}today/")
    page.goto(site.url)
    return page.locator(".history-square")


def add_passkey(page: Page, site: Site) -> None:
    """Add a passkey with a virtual authenticator that consents to everything."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    page.goto(f"{site.url}accounts/2fa/webauthn/add/")
    if page.get_by_label("Password").is_visible():  # the site asks for it again
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("This computer")
    if page.get_by_role("checkbox").is_visible():
        page.get_by_role("checkbox").check()
    page.get_by_role("main").get_by_role("button", name="Add").click()
    expect(page.get_by_text(re.compile("[Rr]ecovery [Cc]odes")).first).to_be_visible()
