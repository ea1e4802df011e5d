"""Sends deliveries to webhooks as Standard Webhooks 1.0.0 says: https://www.standardwebhooks.com"""

import base64
import hashlib
import hmac
import json
import time
from uuid import UUID

from prometheus_client import Counter

from accounts.events.posting import UndeliverableError, post
from accounts.models import Delivery, Webhook

#: Deliveries that one task sends at most, and the seconds after which it leaves the others to the next.
_AT_ONCE, _LONG = 20, 30
#: "delivered", or why the try failed.
_TRIES = Counter("lettersai_deliveries", "Tries to deliver to a webhook", ["outcome"])
for _outcome in ("delivered", *Delivery.Trouble.values):
    _TRIES.labels(_outcome)  # so that the first of a kind is an increase
#: The status by which an address says that it wants no more.
_GONE = 410


def send(webhook_id: int) -> bool:
    """Send the deliveries of a webhook that are due, in their order, unless another process does. True if more may be.

    A delivery that fails holds up those after it; one that is given up pauses the webhook.
    """
    for webhook in Webhook.objects.open().claim([webhook_id]):
        try:
            return _send_some(webhook)
        finally:
            webhook.release()
    return False


def _send_some(webhook: Webhook) -> bool:
    until = time.monotonic() + _LONG
    for _ in range(_AT_ONCE):
        delivery = webhook.deliveries.waiting().first()
        if delivery is None or not delivery.is_due or not _deliver(webhook, delivery):
            return False
        if time.monotonic() > until:
            break
    return True


def _deliver(webhook: Webhook, delivery: Delivery) -> bool:
    """Send a delivery and note the outcome. False if it failed."""
    content = body(delivery)
    try:
        answer = post(webhook.url, content, headers(webhook, delivery.pk, content))
    except UndeliverableError as error:
        delivery.record(None, error.trouble)
    else:
        delivery.record(answer, None if 200 <= answer < 300 else Delivery.Trouble.REFUSED)
    _TRIES.labels(delivery.trouble or "delivered").inc()
    if delivery.status == "failed" or delivery.answer == _GONE:
        webhook.pause(Webhook.Pause.GONE if delivery.answer == _GONE else Webhook.Pause.FAILING)
    return delivery.status == "delivered"


def body(delivery: Delivery) -> bytes:
    """The JSON that is sent."""
    told = {"type": delivery.kind, "timestamp": delivery.created_at.isoformat(), "data": delivery.data}
    return json.dumps(told).encode()


def headers(webhook: Webhook, delivery_id: UUID, content: bytes) -> dict[str, str]:
    """The headers of a try, signed as of now."""
    seconds = str(int(time.time()))
    signed = hmac.digest(
        webhook.key, b"%s.%s.%s" % (str(delivery_id).encode(), seconds.encode(), content), hashlib.sha256
    )
    return {
        "Content-Type": "application/json",
        "User-Agent": "Letters-AI",
        "webhook-id": str(delivery_id),
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }
