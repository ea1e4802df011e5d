"""What the admin shows but doesn't change."""

from typing import Any


class ReadOnly:
    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False
