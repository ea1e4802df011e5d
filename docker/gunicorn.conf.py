"""gunicorn's configuration behind nginx."""

import os
from typing import Any

bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
worker_class = "lettersai.server.worker.WebWorker"
# A second process answers while the first is replaced.
workers = 2
# Half of the threads may wait for scores. nginx receives the requests of slow senders.
threads = int(os.environ.get("WEB_THREADS") or 24)
# The master loads the site, once: if it can't, gunicorn ends, and a process that replaces another one needs nothing but
# a fork, even while the database is away.
preload_app = True
keepalive = 15
limit_request_line = 8190  # the most that nginx passes on
graceful_timeout = 20  # a request waits at most 10 seconds for its score
timeout = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108 - in memory: a slow disk must not delay the heartbeat
loglevel = "warning"
control_socket_disable = True


def child_exit(server: Any, worker: Any) -> None:
    """Keep the metrics of the process that ended, without its files."""
    from lettersai.monitoring.metric_files import fold_dead

    fold_dead()
