"""Models of accounts and of everything that belongs to them, except attempts."""

from accounts.models.days import DayClock
from accounts.models.exports import Export, Failure, Import, LeaseLost, Transfer
from accounts.models.lists import CharacterList
from accounts.models.plan import Plan, Review
from accounts.models.progress import Confusion, Day, Progress
from accounts.models.sets import CharacterSet
from accounts.models.tokens import Scope, Token
from accounts.models.users import User, UserManager
from accounts.models.webhooks import Delivery, Webhook
from accounts.models.word_reviews import WordReview

__all__ = [
    "CharacterList",
    "CharacterSet",
    "Confusion",
    "Day",
    "DayClock",
    "Delivery",
    "Export",
    "Failure",
    "Import",
    "LeaseLost",
    "Plan",
    "Progress",
    "Review",
    "Scope",
    "Token",
    "Transfer",
    "User",
    "UserManager",
    "Webhook",
    "WordReview",
]
