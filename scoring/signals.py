"""What is told about attempts of learners, within the transaction in which it happens."""

from django.dispatch import Signal

#: An attempt has a new score for its target. `attempt`, `score`, and `before`: the legibility it had, if any.
judged = Signal()
#: Attempts with a score were given to a learner, forgotten or brought back.
#: `user_id`, and `writings`: (target's id, written_at) of each.
changed = Signal()
