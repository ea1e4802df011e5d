"""A bucket of Google Cloud Storage."""

from typing import ClassVar

from google.api_core.exceptions import GoogleAPIError
from google.auth.exceptions import GoogleAuthError
from storages.backends.gcloud import GoogleCloudStorage

from lettersai.storages.bucket import Bucket


class GoogleBucket(Bucket, GoogleCloudStorage):
    refusals: ClassVar[tuple[type[Exception], ...]] = (GoogleAPIError, GoogleAuthError)
