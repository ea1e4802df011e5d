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
    """Requires a token to have the scope that the view's `scopes` names for `read` or `write`.

    A view that names no scope for a method is closed to tokens. Sessions are not limited.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or raises PermissionDenied: `session_only` or `insufficient_scope`."""
        if not isinstance(request.auth, Token):
            return True
        scopes = getattr(view, "scopes", {})
        needed = scopes.get("read" if request.method in SAFE_METHODS else "write")
        if needed is None:
            raise PermissionDenied(_("This requires signing in; a token is not enough."), "session_only")
        if needed not in request.auth.scopes:
            raise PermissionDenied(_("The token lacks the scope %(scope)s.") % {"scope": needed}, "insufficient_scope")
        return True


class BearerScheme(OpenApiAuthenticationExtension):
    """Describes `BearerAuthentication` in the API's schema."""

    target_class = "accounts.access.authentication.BearerAuthentication"
    name = "bearerAuth"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API token, created at /accounts/tokens/"}
