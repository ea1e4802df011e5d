"""Reminders by mail: their recipients, the mail, and the signed link that stops them."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Day, DayClock, Plan, Review, User
from accounts.progress.figures import streak

#: Never changes: links in mails that were sent must stay valid.
_SALT = "accounts.reminders"
#: Most due characters that a mail names.
_NAMED = 12


def due_reminders(now: datetime) -> Iterator["QuerySet[Plan]"]:
    """The plans whose learners should be reminded at `now`, one queryset per time zone and start of the day."""
    reminding = Plan.objects.filter(reminds=True, user__is_active=True)
    for name, starts_at in reminding.order_by().values_list("user__time_zone", "user__day_starts_at").distinct():
        clock = DayClock(ZoneInfo(name or "UTC"), starts_at)
        today = clock.day_of(now)
        reached = Day.objects.filter(user=OuterRef("user"), date=today, attempts__gte=OuterRef("daily_goal"))
        confirmed = EmailAddress.objects.filter(
            user=OuterRef("user"), email__iexact=OuterRef("user__email"), verified=True
        )
        yield (
            reminding.filter(user__time_zone=name, user__day_starts_at=starts_at)
            .filter(_not_reminded(today), reminds_at__in=clock.hours_begun(now))
            .filter(~Exists(reached), Exists(confirmed))
            .order_by("pk")
        )


def _not_reminded(day: date) -> Q:
    return Q(reminded_on=None) | Q(reminded_on__lt=day)


def remind(plan: Plan, mail_server: BaseEmailBackend) -> bool:
    """Send today's mail. False if it was already sent, it is too early in the learner's day, or the goal is reached.

    The plan is marked as reminded before the mail is sent: a failure may lose the mail, but it is never sent twice.
    """
    now = timezone.now()
    if not plan.is_time_to_remind(now):  # the task waited in the queue until the next day
        return False
    if _missing(plan) <= 0:
        return False
    today = plan.user.day_of(now)
    if not Plan.objects.filter(_not_reminded(today), pk=plan.pk, reminds=True).update(reminded_on=today):
        return False
    mail = reminder(plan)
    mail.connection = mail_server
    mail.send()
    return True


def _missing(plan: Plan) -> int:
    """How many attempts today's goal still asks for; not positive once it is reached."""
    return plan.goal_today() - Day.objects.today(plan.user).attempts


def reminder(plan: Plan) -> EmailMultiAlternatives:
    """Today's mail, in the learner's language."""
    user = plan.user
    due = Review.objects.due(user)
    count = due.count()
    stop = settings.SITE_URL + reverse("stop-reminders", args=[stop_token(user)])
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "site": settings.SITE_URL,
            "due": count,
            "named": list(due.values_list("character__literal", flat=True)[:_NAMED]),
            "missing": _missing(plan),
            "streak": streak(list(user.days.values_list("date", flat=True)), user.today).current,
            "stop": stop,
        }
        subject = _("Today’s practice")
        if count:
            due_today = ngettext("%(count)s character is due today", "%(count)s characters are due today", count)
            subject = due_today % {"count": number_format(count)}
        return EmailMultiAlternatives(
            settings.ACCOUNT_EMAIL_SUBJECT_PREFIX + subject,
            render_to_string("accounts/reminder.txt", context),
            to=[user.email],
            headers={
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Auto-Submitted": "auto-generated",
            },
            alternatives=[(render_to_string("accounts/reminder.html", context), "text/html")],
        )


def stop_token(user: User) -> str:
    """The last part of the link that stops the user's reminders. It never expires."""
    return signing.dumps(user.pk, salt=_SALT)


def user_of_stop_token(token: str) -> int | None:
    """The primary key of the user whose mail has the token; None when this site didn't sign it."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except signing.BadSignature:
        return None
