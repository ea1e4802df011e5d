"""The tasks of webhooks. The mailer runs those that send, since the worker has no network."""

from celery import shared_task

from accounts.events import delivering
from accounts.models import Delivery, Webhook
from scoring.retention import for_a_moment

#: Webhooks for which one run of `send_due_deliveries` sends tasks.
_AT_ONCE = 200


@shared_task(expires=60)
def send_deliveries(webhook_id: int) -> None:
    """Send some of the webhook's deliveries, and this task again if more may be due."""
    if delivering.send(webhook_id):
        send_deliveries.delay(webhook_id)


@shared_task
def send_due_deliveries() -> None:
    """Send tasks for webhooks with deliveries that are due, again or because their task was lost."""
    for pk in Webhook.objects.due().values_list("pk", flat=True)[:_AT_ONCE]:
        send_deliveries.delay(pk)


@shared_task
def delete_old_deliveries() -> None:
    """Delete deliveries beyond their retention."""
    for_a_moment(Delivery.objects.expired().delete_some)
