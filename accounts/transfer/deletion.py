"""The deletion of an account."""

from contextlib import suppress
from typing import cast

import redis
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest
from kombu.exceptions import OperationalError

from accounts.models import User
from accounts.transfer.tasks import erase_leavers


def leave(request: HttpRequest) -> None:
    """Close the account of the signed-in user, who is signed out, and erase it soon."""
    cast(User, request.user).leave()
    logout(request)
    transaction.on_commit(_erase_soon)


def _erase_soon() -> None:
    with suppress(OperationalError, redis.RedisError):  # beat sends it again within a minute
        erase_leavers.delay()
