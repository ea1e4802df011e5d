"""How much of a list a learner has written."""

from accounts.models import CharacterList, Progress, User


class ListProgress:
    """Counts, for the lists of a learner, the characters that are written and mastered. Costs one query."""

    def __init__(self, user: User) -> None:
        rows = Progress.objects.filter(user=user).values_list("character__literal", "in_a_row")
        #: For each written character: how many of its newest attempts in a row were read well.
        self.in_a_row = dict(rows)

    def annotate(self, chosen: CharacterList) -> CharacterList:
        """Set `written` and `mastered`, numbers of characters, on the list, and return it."""
        in_a_row = [self.in_a_row[literal] for literal in chosen.characters if literal in self.in_a_row]
        chosen.written = len(in_a_row)  # type: ignore[attr-defined]
        chosen.mastered = sum(n >= Progress.MASTERED for n in in_a_row)  # type: ignore[attr-defined]
        return chosen
