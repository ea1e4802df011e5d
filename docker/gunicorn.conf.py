"""gunicorn's configuration behind nginx."""

import os

bind = f"0.0.0.0:{os.environ.get('PORT') or 8000}"
worker_class = "lettersai.web_worker.WebWorker"
# A request that waits for its score occupies a thread. A second process answers while the first is replaced.
workers, threads = 2, 24
keepalive = 15
limit_request_line = 8190  # the most that nginx passes on
graceful_timeout = 20  # a request waits at most 10 seconds for its score
timeout = 60
worker_tmp_dir = "/dev/shm"  # noqa: S108 - in memory: a slow disk must not delay the heartbeat
loglevel = "warning"
control_socket_disable = True
