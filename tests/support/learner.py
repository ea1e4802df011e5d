"""An invented learner with a month of attempts, for tests that visit every page."""

from playwright.sync_api import Page

from tests.support.site import Site

#: The credentials of the first learner that manage.py seed_attempts creates.
EMAIL, PASSWORD = "learner1@seed.example", "brush and ink"


def enrol(site: Site, attempts: int = 120, years: float = 0.08) -> None:
    """Create the learner on a new site, with the same attempts each time, spread over the last `years`."""
    site.run(
        "from django.core.management import call_command; "
        f"call_command('seed_attempts', learners=1, attempts={attempts}, years={years}, verbosity=0); "
        "from accounts.models import Plan, User, Webhook; "
        f"user = User.objects.get(email='{EMAIL}'); Plan(user=user, daily_goal=15).save(); "
        "hook = Webhook.objects.register(user, 'https://example.org/hook'); hook.pause('owner'); "
        "hook.deliveries.create(kind='test', data={}, due_at=None, tries=2, answer=204)"
    )


def sign_in(page: Page, site: Site, email: str = EMAIL, password: str = PASSWORD) -> None:
    page.goto(f"{site.url}accounts/login/")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(f"{site.url}today/")
