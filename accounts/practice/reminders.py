"""Reminders by mail: who gets one, what it says, and ending them with one click."""

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts.models import Day, Plan, Review, User
from accounts.progress.figures import streak

_SALT = "accounts.reminders"
#: Due characters that a mail names at most.
_NAMED = 12


def due_reminders(now: datetime) -> Iterator["QuerySet[Plan]"]:
    """The plans whose learner is to be reminded at `now`, those of one time zone at a time."""
    reminding = Plan.objects.filter(reminds=True, user__is_active=True)
    for name in reminding.order_by().values_list("user__time_zone", flat=True).distinct():
        here = now.astimezone(ZoneInfo(name or "UTC"))
        reached = Day.objects.filter(user=OuterRef("user"), date=here.date(), attempts__gte=OuterRef("daily_goal"))
        confirmed = EmailAddress.objects.filter(
            user=OuterRef("user"), email__iexact=OuterRef("user__email"), verified=True
        )
        yield (
            reminding.filter(_not_reminded(here.date()), user__time_zone=name, reminds_at__lte=here.hour)
            .filter(~Exists(reached), Exists(confirmed))
            .order_by("pk")
        )


def _not_reminded(day: date) -> Q:
    return Q(reminded_on=None) | Q(reminded_on__lt=day)


def remind(plan: Plan, mail_server: BaseEmailBackend) -> bool:
    """Send the mail of today, unless somebody else does or did.

    It is noted as sent before it is: whatever happens in between, nobody gets two.
    """
    now = timezone.now().astimezone(plan.user.zone)
    if now.hour < plan.reminds_at:  # it waited until after midnight
        return False
    today = now.date()
    if not Plan.objects.filter(_not_reminded(today), pk=plan.pk, reminds=True).update(reminded_on=today):
        return False
    mail = reminder(plan)
    mail.connection = mail_server
    mail.send()
    return True


def reminder(plan: Plan) -> EmailMultiAlternatives:
    """Today's mail, in the learner's language."""
    user = plan.user
    day = Day.objects.filter(user=user, date=user.today).first()
    due = Review.objects.due(user)
    count = due.count()
    stop = settings.SITE_URL + reverse("stop-reminders", args=[stop_token(user)])
    with translation.override(user.language or settings.LANGUAGE_CODE):
        context = {
            "site": settings.SITE_URL,
            "due": count,
            "named": list(due.values_list("character__literal", flat=True)[:_NAMED]),
            "missing": plan.daily_goal - (day.attempts if day else 0),
            "streak": streak(list(user.days.values_list("date", flat=True)), user.today).current,
            "stop": stop,
        }
        subject = _("Today’s practice")
        if count:
            due_today = ngettext("%(count)d character is due today", "%(count)d characters are due today", count)
            subject = due_today % {"count": count}
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
    """What the link ends in that ends the user's reminders. It is good for ever."""
    return signing.dumps(user.pk, salt=_SALT)


@method_decorator(csrf_exempt, "dispatch")  # a mail program comes without a session; the address is signed
class StopView(View):
    """Ends the reminders of who got the link by mail. Programs that only follow links end nothing (RFC 8058)."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        return self.page(self.plans(token).filter(reminds=False).exists())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        self.plans(token).update(reminds=False)
        return self.page(True)

    def plans(self, token: str) -> "QuerySet[Plan]":
        try:
            return Plan.objects.filter(user=signing.loads(token, salt=_SALT))
        except signing.BadSignature as error:
            raise Http404("Nobody got this link by mail.") from error

    def page(self, is_stopped: bool) -> HttpResponse:
        return render(self.request, "accounts/stop_reminders.html", {"is_stopped": is_stopped})
