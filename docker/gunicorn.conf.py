"""gunicorn's configuration behind nginx."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
# A second process answers while the first is replaced.
workers = 2
# Half of the threads may wait for scores. nginx receives the requests of slow senders.
threads = int(os.environ.get("WEB_THREADS") or 24)
keepalive = 15
graceful_timeout = 20  # a request waits at most 10 seconds for its score
timeout = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108 - in memory: a slow disk must not delay the heartbeat
loglevel = "warning"
control_socket_disable = True
