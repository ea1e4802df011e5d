"""Storage for images and exports: a folder, an S3-compatible bucket, or a bucket of Google Cloud Storage."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
#: Bytes. Larger files, such as exports, go to a temporary file when they are read.
_IN_MEMORY = 8 * 1024 * 1024
_EXAMPLES = "s3://bucket?endpoint=https://host&region=name, gs://bucket, or leave it unset for a folder in DATA_DIR"


def configured(url: str) -> dict[str, Any]:
    """The entry of STORAGES for STORAGE_URL. A path after the bucket becomes a prefix of every name.

    The URL contains no credentials: the services' own libraries find them. Raises ImproperlyConfigured.
    """
    kind, bucket, path, query, _ = urlsplit(url)
    options = dict(parse_qsl(query, keep_blank_values=True))
    if url == "file:":
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    if kind == "s3" and _BUCKET.fullmatch(bucket) and options.keys() <= {"endpoint", "region"}:
        names = {"endpoint": "endpoint_url", "region": "region_name"}
        where = {names[name]: value for name, value in options.items()}
        return _entry("s3.S3Bucket", bucket, path, {"default_acl": None, **where})
    if kind == "gs" and _BUCKET.fullmatch(bucket) and not options:
        return _entry("gs.GoogleBucket", bucket, path, {"default_acl": None})
    raise ImproperlyConfigured(f"Set STORAGE_URL to {_EXAMPLES}; not {url!r}.")


def _entry(backend: str, bucket: str, path: str, options: dict[str, Any]) -> dict[str, Any]:
    # Names contain unique ids, so there is no need to look for an existing file before writing.
    fixed = {
        "bucket_name": bucket,
        "location": path.strip("/"),
        "file_overwrite": True,
        "max_memory_size": _IN_MEMORY,
    }
    return {"BACKEND": f"lettersai.storages.{backend}", "OPTIONS": {**fixed, **options}}
