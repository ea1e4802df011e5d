"""Signals about attempts, sent within the transaction of the change."""

from django.dispatch import Signal

#: An attempt has a new score for its target. `attempt`, `score`, and `before`: the legibility it had, if any.
#: The attempt's learner is locked.
judged = Signal()
#: Attempts were scored, or failed. `attempts`, as they were when a worker leased them, and `failure`: its code; empty
#: if they were scored. Sent again if a worker repeats what another has done.
settled = Signal()
#: A line was read, and each of its attempts has a score or failed. `line`.
line_scored = Signal()
#: Scored attempts were claimed by a learner, deleted or restored. `user_id`, and `attempts`: (target id, written_at) of
#: each.
changed = Signal()
