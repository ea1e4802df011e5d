"""Starts exports, imports and deletions: stores what is to be done, then enqueues its task.

If the broker is down, beat enqueues the task later.
"""

from contextlib import suppress
from typing import Any, cast

import redis
from celery import Task
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest
from kombu.exceptions import OperationalError

from accounts.models import Export, Import, User
from accounts.transfer import importing
from accounts.transfer.tasks import delete_accounts, export_data, import_data


def start_export(user: User) -> Export:
    """A new export that replaces the last, or the one that is still running."""
    export, is_new = Export.objects.begin(user)
    if is_new:
        _enqueue(export_data, str(export.pk))
    return export


def start_import(user: User, file: Any) -> Import | None:
    """A new import of the uploaded file; None if another is running. Raises Rejected if the file is not an export."""
    importing.check(file)
    started, is_new = Import.objects.begin(user, file)
    if not is_new:
        return None
    _enqueue(import_data, str(started.pk))
    return started


def start_deletion(request: HttpRequest) -> None:
    """Close the account of the signed-in user, sign them out, and have the account deleted."""
    cast(User, request.user).schedule_deletion()
    logout(request)
    _enqueue(delete_accounts)


def _enqueue(task: Task, *args: str) -> None:
    """Send the task when the transaction commits."""

    def send() -> None:
        with suppress(OperationalError, redis.RedisError):
            task.delay(*args)

    transaction.on_commit(send)
