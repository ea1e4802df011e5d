"""How gunicorn serves the site behind nginx."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
# Requests that wait for their score hold a thread each; a second process keeps answering while the first is replaced.
workers, threads = 2, 24
keepalive = 15
graceful_timeout = 20  # a request waits 10 seconds for its score at most
timeout = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108 - its heartbeat, which a slow disk must not delay
loglevel = "warning"
control_socket_disable = True
