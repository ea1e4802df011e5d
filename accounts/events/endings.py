"""Ends a stream of events early: with the token or session that opened it, or with the account.

The names are those that a stream is admitted with, as its `ends_with`.
"""

import hashlib
from typing import Any

from django.http import HttpRequest

from accounts.models import Token, User
from scoring import events


def name_of_user(user: User) -> str:
    return f"user:{user.pk}"


def name_of_token(token: Token) -> str:
    return f"token:{token.pk}"


def name_of_session(key: str | None) -> str:
    """A name for a session that doesn't reveal its key."""
    return f"session:{hashlib.sha256(f'streams {key}'.encode()).hexdigest()[:32]}"


def end_with_token(instance: Token, **_: Any) -> None:
    """Receiver of `post_delete`: end the streams that the token opened."""
    events.end(name_of_token(instance))


def end_with_session(request: HttpRequest | None, **_: Any) -> None:
    """Receiver of `user_logged_out`: end the streams that the session opened."""
    if request and request.session.session_key:
        events.end(name_of_session(request.session.session_key))


def end_with_account(instance: User, **_: Any) -> None:
    """Receiver of `post_save`: end all streams of an account that is closed."""
    if not instance.is_active:
        events.end(name_of_user(instance))


def end_with_password(user: User, **_: Any) -> None:
    """Receiver of allauth's signals: end all streams of an account with a new password; its sessions end, too."""
    events.end(name_of_user(user))
