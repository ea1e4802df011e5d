"""Fail unless this container's process answers: python docker/healthcheck.py [worker]"""

import os
import sys
from urllib.request import Request, urlopen

if sys.argv[1:] == ["worker"]:
    url = f"http://127.0.0.1:{os.environ['METRICS_PORT']}/metrics"
else:
    url = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/health/live"
# The site refuses other host names.
name = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
urlopen(Request(url, headers={"Host": name}), timeout=4).close()  # noqa: S310 - this machine
