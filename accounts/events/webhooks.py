"""Stores deliveries for webhooks when attempts are scored, and has them sent."""

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.db import transaction
from kombu.exceptions import OperationalError

from accounts.events.tasks import send_deliveries
from accounts.models import Delivery, Webhook
from scoring.events import outcome
from scoring.models import Attempt


def store(attempts: Collection[Attempt], failure: str, **_: Any) -> None:
    """Receiver of `settled`: store deliveries for the attempts' learners, and send them after the transaction."""
    of: dict[int, list[dict[str, str]]] = defaultdict(list)
    for attempt in attempts:
        if attempt.user_id:
            of[attempt.user_id].append(outcome(attempt, failure))
    if of:
        for webhook in Webhook.objects.open().filter(user__in=of):
            webhook.add(Delivery.Kind.ATTEMPTS, {"attempts": of[webhook.user_id]})
            enqueue(webhook)


def test(webhook: Webhook) -> Delivery | None:
    """Store a delivery that tells nothing, and send it after the transaction; None if too many wait."""
    delivery = webhook.add(Delivery.Kind.TEST, {})
    enqueue(webhook)
    return delivery


def enqueue(webhook: Webhook) -> None:
    """Have the mailer send the webhook's deliveries. While the broker is down, beat does so later."""

    def send() -> None:
        with suppress(OperationalError):
            send_deliveries.delay(webhook.pk)

    transaction.on_commit(send)
