"""Which tasks a worker knows."""

import subprocess
import sys

from django.conf import settings

#: Run in a new process: this one has imported tasks that a worker would have to find.
KNOWN_TASKS = "from lettersai.celery import app; app.loader.import_default_modules(); print(*app.tasks)"


def test_a_worker_knows_every_task_that_beat_sends_or_that_has_a_queue_of_its_own():
    run = subprocess.run([sys.executable, "-c", KNOWN_TASKS], capture_output=True, text=True, check=True, timeout=200)
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {*sent, *settings.CELERY_TASK_ROUTES} - set(run.stdout.split()) == set()
