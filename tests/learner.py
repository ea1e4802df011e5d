"""An invented learner with a month of writings, for the tests that look at every page."""

from playwright.sync_api import Page

from tests.site import Site

#: As manage.py seed_attempts makes the first one.
EMAIL, PASSWORD = "learner1@seed.example", "brush and ink"


def enrol(site: Site) -> None:
    """Make the learner on a new site: the same writings each time."""
    site.run(
        "from django.core.management import call_command; "
        "call_command('seed_attempts', learners=1, attempts=120, years=0.08, verbosity=0); "
        "from allauth.account.models import EmailAddress; from accounts.models import Plan, User; "
        f"user = User.objects.get(email='{EMAIL}'); "
        "EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True); "
        "Plan(user=user, daily_goal=15).save()"
    )


def sign_in(page: Page, site: Site) -> None:
    page.goto(f"{site.url}accounts/login/")
    page.locator("input[type=email]").fill(EMAIL)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.wait_for_url(f"{site.url}today/")
