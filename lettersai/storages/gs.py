"""A bucket of Google Cloud Storage."""

from google.api_core.exceptions import GoogleAPIError
from google.auth.exceptions import GoogleAuthError
from storages.backends.gcloud import GoogleCloudStorage

from lettersai.storages.bucket import Bucket


class GoogleBucket(Bucket, GoogleCloudStorage):
    errors = (GoogleAPIError, GoogleAuthError)
