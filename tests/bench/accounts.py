"""Response times for addresses with an account and without one: make bench-accounts

Signs up, signs in with a wrong password and asks for a password reset, each with 20 addresses that have an account and
20 that have none, in turns. If the medians differ by more than a tenth, the response time reveals who has an account,
and the command fails.
"""

import http.client
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from tests.support.site import Site

ADDRESSES = 20
#: Largest difference of the medians, as a fraction of the smaller one.
LIMIT = 0.1
PASSWORD = "brush and ink 5"
#: The paths of the forms, and their fields beside the address.
FORMS = {
    "sign up": ("/accounts/signup/", "email", {"password1": PASSWORD, "password2": PASSWORD}),
    "sign in": ("/accounts/login/", "login", {"password": "a wrong password"}),
    "reset the password": ("/accounts/password/reset/", "email", {}),
}
CREATE = f"""
from allauth.account.models import EmailAddress
from accounts.models import User
for number in range({ADDRESSES}):
    user = User.objects.create_user(f"known{{number}}@example.org", {PASSWORD!r})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
"""


def seconds(site: Site, path: str, client: str, fields: dict[str, str]) -> float:
    """The time from sending a form to its answer. `client` is the address from which it comes: tries are limited."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", path, headers={"X-Forwarded-For": client})
    answer = connection.getresponse()
    text = answer.read().decode()
    cookies = "; ".join(value.split(";")[0] for name, value in answer.getheaders() if name == "Set-Cookie")
    [token, *_] = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
    headers = {"X-Forwarded-For": client, "Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    started = time.perf_counter()
    connection.request("POST", path, urlencode({"csrfmiddlewaretoken": token, **fields}), headers)
    answer = connection.getresponse()
    answer.read()
    spent = time.perf_counter() - started
    connection.close()
    assert answer.status in (200, 302), answer.status
    return spent


def main() -> int:
    differs = False
    with tempfile.TemporaryDirectory(prefix="lettersai-bench-") as folder:
        site = Site(Path(folder), TRUSTED_PROXIES="1", EMAIL_URL=f"file://{folder}/mail")
        try:
            site.run(f"exec({CREATE!r})")
            for number, (name, (path, field, rest)) in enumerate(FORMS.items()):
                times: dict[str, list[float]] = {"known": [], "unknown": []}
                for attempt in range(-1, ADDRESSES):  # the first warms up
                    for who in times:
                        address = f"{who}{max(attempt, 0)}@example.org" if attempt >= 0 else f"{who}@warm-up.example"
                        client = f"10.{number}.{attempt + 1}.{len(who)}"
                        spent = seconds(site, path, client, {field: address, **rest})
                        if attempt >= 0:
                            times[who].append(spent * 1000)
                known, unknown = (statistics.median(times[who]) for who in ("known", "unknown"))
                difference = abs(known - unknown) / min(known, unknown)
                differs |= difference > LIMIT
                print(f"{name:20} known {known:7.1f} ms   unknown {unknown:7.1f} ms   differ by {difference:6.1%}")
        finally:
            site.stop()
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
