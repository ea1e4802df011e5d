"""A bucket of an S3-compatible service."""

from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3Storage

from lettersai.storages.bucket import Bucket


class S3Bucket(Bucket, S3Storage):
    """Answers or fails within half a minute."""

    errors = (Boto3Error, BotoCoreError, ClientError)

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"total_max_attempts": 2},
            # A self-hosted service seldom has a host name per bucket.
            s3={"addressing_style": "path" if "endpoint_url" in options else "auto"},
            signature_version="s3v4",
        )
        super().__init__(client_config=config, **options)
