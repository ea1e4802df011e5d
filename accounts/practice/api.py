"""The base of the API's views on practice."""

from typing import cast

from rest_framework.permissions import IsAuthenticated

from accounts.access.authentication import WithinScopes
from accounts.models import User
from characters.parameters import StrictView
from scoring.parsers import JSONParser


class PracticeApi(StrictView):
    """Base of the views: JSON from a signed-in learner, or from a token with the right scope."""

    parser_classes = [JSONParser]
    permission_classes = [IsAuthenticated, WithinScopes]

    @property
    def user(self) -> User:
        return cast(User, self.request.user)
