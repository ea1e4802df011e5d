"""Users in the admin."""

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.access.mails import send_address_changed, send_reset_link
from accounts.models import User, Webhook

#: The fields that make someone more than a learner. Only superusers can change them.
POWERS = ["is_staff", "is_superuser", "groups", "user_permissions"]


class UserForm(UserChangeForm):
    """A user without the password, which only the user sets."""

    # None removes an inherited field.
    password = None  # type: ignore[assignment]

    class Meta:
        model = User
        fields = ("email",)

    def clean_email(self) -> str:
        """The address in lower case, as allauth looks for it."""
        email: str = self.cleaned_data["email"].lower()
        of_others = EmailAddress.objects.filter(email=email, verified=True).exclude(user=self.instance.pk)
        if of_others.exists() or User.objects.filter(~Q(pk=self.instance.pk), email__iexact=email).exists():
            raise forms.ValidationError(_("Another account has this address."), "taken")
        return email


class NewUserForm(UserForm):
    def save(self, commit: bool = True) -> User:
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Nobody sets a password here: whoever knows it could read the learner's attempts."""

    form = UserForm
    add_form = NewUserForm
    add_form_template = None  # Django's asks for a password
    change_form_template = "admin/accounts/user/change_form.html"
    ordering = ["email"]
    list_display = ["email", "first_name", "last_name", "is_staff", "date_joined"]
    search_fields = ["email", "first_name", "last_name"]
    fieldsets = [
        (None, {"fields": ["email"]}),
        ("Person", {"fields": ["first_name", "last_name"]}),
        ("Permissions", {"fields": ["is_active", "is_staff", "is_superuser", "groups", "user_permissions"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "fields": ["email"],
                "description": _("The user gets an email with a link to set a password."),
            },
        )
    ]

    def get_urls(self) -> Any:
        """The pages, without the one that sets a password."""
        pages = [page for page in super().get_urls() if page.name != "auth_user_password_change"]
        return [path("<int:pk>/reset-link/", self.admin_site.admin_view(self.reset_link), name="reset_link"), *pages]

    @method_decorator(require_POST)
    def reset_link(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the user a link to set a new password."""
        user = self.get_object(request, str(pk))
        if user is None or not self.has_change_permission(request, user):
            raise PermissionDenied
        if user.is_active:
            send_reset_link(request, user)
            self.log_change(request, user, "Sent a link to set a new password.")
            sentence = _("A link to set a new password was sent to %(email)s.") % {"email": user.email}
            messages.success(request, sentence)
        else:
            messages.error(request, _("This account is not active, so no link was sent."))
        return redirect("admin:accounts_user_change", pk)

    def save_model(self, request: HttpRequest, user: User, form: Any, change: bool) -> None:
        """Save the user. A new user gets a link to set a password; a changed address is then used to sign in."""
        super().save_model(request, user, form, change)
        if not change or "email" in form.changed_data:
            user.adopt_email()
        if not change:
            send_reset_link(request, user)
        elif "email" in form.changed_data:
            send_address_changed(request, user, form.initial["email"])

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else [*fields, *POWERS]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only superusers may change staff: changing an account's address is enough to take it over."""
        if obj and (obj.is_superuser or obj.is_staff) and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)


@admin.register(Webhook)
class WebhookAdmin(admin.ModelAdmin):
    """Operators see where webhooks lead, and can pause them. Nobody sees the secrets here."""

    list_display = ["url", "user", "created_at", "paused_for"]
    list_filter = ["paused_for"]
    search_fields = ["url", "user__email"]
    list_select_related = ["user"]
    fields = ["url", "user", "token", "created_at", "paused_for"]
    readonly_fields = ["url", "user", "token", "created_at", "paused_for"]
    actions = ["pause", "resume"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Pause them. Their owners can't resume them."""
        for webhook in queryset:
            webhook.pause(Webhook.Pause.OPERATOR)

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        queryset.update(paused_for="")


# Only the users themselves manage their addresses, passkeys and second factors.
for model in [model for model in admin.site._registry if model._meta.app_label in ("account", "mfa", "socialaccount")]:
    admin.site.unregister(model)
