"""Authentication and permissions of programs that use an API token."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.models import Token, User


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` (RFC 6750). Browsers never send it by themselves, so it needs no CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The token's user and the token; None without a bearer header.

        Raises AuthenticationFailed: `invalid_token`, `expired_token` or `inactive_user`.
        """
        scheme, _space, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = Token.objects.with_secret(secret.strip())
        if token is None:
            raise AuthenticationFailed(_("This token does not exist or has been revoked."), "invalid_token")
        if token.is_expired:
            raise AuthenticationFailed(_("The token has expired."), "expired_token")
        if not token.user.is_active:
            raise AuthenticationFailed(_("This account is closed."), "inactive_user")
        token.record_use()
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Letters-AI"'


class WithinScopes(BasePermission):
    """Requires a token to have the scope that the view's `scopes` names for its action, or else for `read` or `write`.

    A tuple names several scopes, any of which is enough. Tokens can't use a method for which a view names no scope.
    Sessions are not limited.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or raises PermissionDenied: `session_only` or `insufficient_scope`."""
        if not isinstance(request.auth, Token):
            return True
        needed = needed_scopes(view, request)
        if not needed:
            raise PermissionDenied(_("This requires signing in; a token is not enough."), "session_only")
        if not set(needed) & set(request.auth.scopes):
            lacking = _("The token lacks the scope %(scope)s.") % {"scope": needed[0]}
            raise PermissionDenied(lacking, "insufficient_scope")
        return True


def needed_scopes(view: Any, request: Request) -> tuple[str, ...]:
    """The scopes one of which a token needs for this request; empty if no token may make it."""
    scopes: dict[str, str | tuple[str, ...]] = getattr(view, "scopes", {})
    usual = "read" if request.method in SAFE_METHODS else "write"
    needed = scopes.get(getattr(view, "action", None) or usual, scopes.get(usual, ()))
    return (needed,) if isinstance(needed, str) else needed


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes `BearerAuthentication` in the API's schema."""

    target_class = "accounts.access.authentication.BearerAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API token, created at /accounts/tokens/"}
