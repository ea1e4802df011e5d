"""Images in an S3 bucket, and storages that fail."""

import os
from datetime import timedelta
from typing import Any, cast

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from moto.server import ThreadedMotoServer

from lettersai import storages
from scoring.models import Attempt, AttemptQuerySet
from scoring.tasks import erase_deleted
from tests.support.drawings import png_of
from tests.support.site import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_scorer")]


@pytest.fixture(scope="module")
def s3():
    """The URL of a fake S3 server."""
    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(s3, settings, monkeypatch) -> Any:
    """The site's bucket, empty."""
    monkeypatch.setitem(os.environ, "AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setitem(os.environ, "AWS_SECRET_ACCESS_KEY", "secret")
    made = boto3.resource("s3", endpoint_url=s3, region_name="eu-1").Bucket("letters")
    made.create(CreateBucketConfiguration={"LocationConstraint": "eu-1"})
    url = f"s3://letters/site?endpoint={s3}&region=eu-1"
    settings.STORAGES = {**settings.STORAGES, "default": storages.configured(url)}
    yield made
    made.objects.delete()
    made.delete()


@pytest.fixture
def upload(client_of):
    def send(who: str = "alice"):
        image = SimpleUploadedFile("a.png", png_of("口"), "image/png")
        return client_of(who).post("/api/v1/attempts/", {"image": image}, headers={"Prefer": "wait=1"})

    return send


def keys(bucket: Any) -> list[str]:
    return [item.key for item in bucket.objects.all()]


def test_an_image_is_stored_scored_served_and_deleted(bucket, upload, client_of):
    answer = upload()
    assert (answer.status_code, answer.json()["status"]) == (201, "scored")
    attempt = Attempt.objects.get(pk=answer.json()["id"])
    assert keys(bucket) == [f"site/{attempt.image}"]
    shown = client_of("alice").get(answer.json()["image"])
    assert (shown["Content-Type"], b"".join(shown)) == ("image/png", png_of("口"))
    client_of("alice").delete(f"/api/v1/attempts/{attempt.pk}/")
    Attempt.objects.update(forgotten_at=timezone.now() - AttemptQuerySet.UNDO_KEPT)
    erase_deleted()
    assert keys(bucket) == []


def test_a_missing_image_is_404_and_fails_its_attempt(bucket, upload, client_of, no_worker):
    image = upload().json()["image"]
    bucket.objects.delete()
    assert client_of("alice").get(image).status_code == 404
    requeue_later()
    assert Attempt.objects.get().failure == "image_missing"


def test_a_large_file_is_read_through_a_temporary_file(bucket):
    default_storage.save("export.zip", ContentFile(bytes(9 * 1024 * 1024)))
    with default_storage.open("export.zip") as file:
        assert len(file.read(16)) == 16
        assert cast(Any, file.file)._rolled  # moved from memory to the disk


@pytest.fixture(params=["no bucket", "no server", "full disk"])
def failing_storage(request, settings, bucket, monkeypatch):
    """Configures a storage that can neither be read nor written."""
    if request.param == "full disk":

        def refuse(*_: Any) -> None:
            raise OSError(28, "No space left on device")

        settings.STORAGES = {**settings.STORAGES, "default": storages.configured("file:")}
        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._save", refuse)
        monkeypatch.setattr("django.core.files.storage.FileSystemStorage._open", refuse)
        return
    where = "http://127.0.0.1:9" if request.param == "no server" else bucket.meta.client.meta.endpoint_url
    url = f"s3://missing?endpoint={where}&region=eu-1"
    settings.STORAGES = {**settings.STORAGES, "default": storages.configured(url)}


def test_a_failing_storage_is_503_with_a_code_and_stores_nothing(failing_storage, upload):
    answer = upload()
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert not Attempt.objects.exists()


def test_an_image_is_scored_once_the_storage_works_again(bucket, upload, client_of, settings, no_worker, monkeypatch):
    image = upload().json()["image"]
    working = settings.STORAGES
    failing = storages.configured("s3://letters/site?endpoint=http://127.0.0.1:9&region=eu-1")
    settings.STORAGES = {**working, "default": failing}
    assert client_of("alice").get(image).status_code == 503
    for _ in range(AttemptQuerySet.MAX_TRIES + 1):
        requeue_later()
    assert Attempt.objects.get().status == "queued"
    settings.STORAGES = working
    requeue_later()
    assert Attempt.objects.get().status == "scored"


def requeue_later() -> None:
    """Run the scoring tasks again, as if the leases had expired."""
    from scoring.tasks import score_attempt

    long_ago = timezone.now() - timedelta(minutes=1)
    Attempt.objects.update(queued_at=long_ago, leased_until=None)
    for attempt in Attempt.objects.all():
        score_attempt(str(attempt.pk))
