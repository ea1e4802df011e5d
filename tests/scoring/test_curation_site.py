"""Curation in a real browser, against a running site: a curator's change takes effect at once."""

from playwright.sync_api import expect

from tests.support.drawings import ink_of
from tests.support.site import until

PASSWORD = "long enough 8"


def test_a_lookalike_group_that_a_curator_edits_is_pooled_within_seconds(site, chromium):
    site.run(
        "from accounts.models import User; from allauth.account.models import EmailAddress; "
        "from django.contrib.auth.models import Group; "
        f"curator = User.objects.create_user('curator@example.org', {PASSWORD!r}, is_staff=True); "
        "curator.groups.add(Group.objects.get(name='curator')); "
        "EmailAddress.objects.create(user=curator, email=curator.email, verified=True, primary=True)"
    )

    def score() -> tuple[int, set[str]]:
        status, attempt = site.browser().post_ink(ink_of("口"), target="回")
        assert status == 201
        likeliest = attempt["candidates"][0]
        return attempt["score"]["legibility"], {likeliest["character"], *likeliest["lookalikes"]}

    before, alike = score()
    assert before < 20
    assert alike == {"口", "ロ"}

    page = chromium.new_page()
    page.goto(f"{site.url}admin/")
    page.get_by_label("Email").fill("curator@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.get_by_role("link", name="Lookalike groups", exact=True).first.click()

    def change(group: str, members: str, shown: str) -> None:
        groups = page.locator("#result_list")
        groups.get_by_role("link", name=group, exact=True).click()
        page.get_by_label("Members").fill(members)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("was changed successfully")).to_be_visible()
        expect(groups.get_by_role("link", name=shown, exact=True)).to_be_visible()

    change("ロ 口", "回口ロ", shown="ロ 回 口")
    until(lambda: score()[0] > 80, seconds=30)
    assert score()[1] == {"口", "ロ", "回"}
    change("ロ 回 口", "口ロ", shown="ロ 口")
    until(lambda: score() == (before, alike), seconds=30)
    page.close()
