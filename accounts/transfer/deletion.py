"""The deletion of accounts with all their data."""

import time
from collections.abc import Collection

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User
from scoring.judging import score_waiting

#: Seconds after which a run leaves the remaining attempts to the next run.
_TIME_LIMIT = 40.0
#: Sessions checked between two calls of `score_waiting`.
_SESSIONS = 2000


def delete_scheduled() -> None:
    """Delete the accounts that are scheduled for deletion, with their attempts, images, exemplars and sessions.

    Waiting attempts of others are scored in between. A run stops after `_TIME_LIMIT`, and the next one continues; so
    it does after a crash. Concurrent runs do no harm.
    """
    until = time.monotonic() + _TIME_LIMIT
    emptied = []
    for user in User.objects.filter(leaving_since__isnull=False).order_by("leaving_since"):
        while time.monotonic() < until and user.attempts.order_by().erase_some():
            score_waiting()
        while time.monotonic() < until and user.lines.unread().erase_some():
            score_waiting()
        if not user.attempts.exists() and not user.lines.unread().exists():
            emptied.append(user)
    if emptied:
        _delete_sessions(emptied)
    for user in emptied:
        user.delete()
        score_waiting()


def _delete_sessions(users: Collection[User]) -> None:
    """Delete the users' sessions. Only decoding a session tells its user, so one pass serves all users."""
    ids = {str(user.pk) for user in users}
    for number, session in enumerate(Session.objects.iterator(), 1):
        if session.get_decoded().get(SESSION_KEY) in ids:
            session.delete()
        if number % _SESSIONS == 0:
            score_waiting()
