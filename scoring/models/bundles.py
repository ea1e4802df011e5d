"""Model bundles, their activations, and the rescoring of past attempts."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.db import models, transaction
from django.db.models import functions
from django.utils import timezone
from django.utils.translation import gettext as _

from scoring.models.lease import Leased, LeasedQuerySet
from scoring.models.scores import Score

#: The files of a bundle, and those that it may lack; see ml.bundle.
FILES = ("bundle.json", "characters.txt", "baselines.txt", "model.keras")
OPTIONAL_FILES = ("words.npz",)
_VERSION = re.compile(r"[A-Za-z0-9][\w.-]{0,39}", re.ASCII)


class RolloutError(Exception):
    """A bundle can't be rolled out; the message is one sentence."""


class ModelBundleQuerySet(models.QuerySet["ModelBundle"]):
    def register(self, about: dict[str, Any]) -> ModelBundle:
        """The bundle that `about`, its bundle.json, describes; created at its first use."""
        return self.get_or_create(version=about["version"], defaults={"about": about})[0]

    def with_scores(self) -> Self:
        """Annotate the number of `scores` that each has given."""
        given = Score.objects.filter(model_version=models.OuterRef("version")).order_by().values("model_version")
        counted = models.Subquery(given.annotate(n=models.Count("pk")).values("n"))
        return self.annotate(scores=functions.Coalesce(counted, 0))

    def add(self, folder: Path) -> ModelBundle:
        """Store a copy of the bundle in `folder`. Raises RolloutError, and then stores nothing."""
        try:
            about = json.loads((folder / "bundle.json").read_text(encoding="utf-8"))
            version = str(about["version"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RolloutError(f"{folder} is no model bundle: {error!r}") from error
        if not _VERSION.fullmatch(version):
            raise RolloutError(f"{version!r} is no version: letters, digits, dots and dashes, 40 at most.")
        if self.filter(version=version).exclude(files="").exists() or version == shipped()["version"]:
            raise RolloutError(f"There is a bundle {version}: a new one needs a new version.")
        with tempfile.TemporaryFile() as packed:
            try:
                with zipfile.ZipFile(packed, "w") as archive:
                    for name in (*FILES, *(name for name in OPTIONAL_FILES if (folder / name).exists())):
                        archive.write(folder / name, name)
            except OSError as error:
                raise RolloutError(f"{folder} is no whole model bundle: {error}") from error
            packed.seek(0)
            checksum = hashlib.file_digest(packed, "sha256").hexdigest()
            bundle = self.filter(version=version).first() or ModelBundle(version=version)
            bundle.about, bundle.checksum = about, checksum
            packed.seek(0)
            try:
                bundle.files.save(f"{version}.zip", File(packed), save=False)
            except OSError as error:
                raise RolloutError(f"The bundle {version} can't be kept: {error}") from error
            bundle.save()
        return bundle

    def active(self) -> ModelBundle | None:
        """The bundle that was activated last; None: the one that the release ships."""
        newest = Activation.objects.select_related("bundle").order_by("-pk").first()
        return newest.bundle if newest and newest.bundle.files else None

    def in_use(self) -> list[ModelBundle]:
        """The active bundle, the one that a rollback activates, and those of unfinished rescorings."""
        chosen = [each for each in (self.active(), Activation.before_active()) if each]
        return [*chosen, *self.filter(rescorings__done_at=None, rescorings__isnull=False)]

    def prune(self, keep: int) -> list[ModelBundle]:
        """Delete the files of all bundles that aren't in use, except the `keep` added last; return those bundles."""
        in_use = {bundle.pk for bundle in self.in_use()}
        stored: list[ModelBundle] = [
            bundle for bundle in self.exclude(files="").order_by("-pk") if bundle.pk not in in_use
        ]
        for bundle in stored[keep:]:
            bundle.files.delete(save=False)
            bundle.files, bundle.checksum = "", ""
            bundle.save(update_fields=["files", "checksum"])
        return stored[keep:]


class ModelBundle(models.Model):
    """A model that this site scores or has scored with. The row stays when the files are gone."""

    version = models.CharField(max_length=40, unique=True)
    about = models.JSONField(help_text="Its bundle.json: figures, sources, how it was made")
    first_used_at = models.DateTimeField(default=timezone.now)
    files = models.FileField(
        upload_to="bundles/", blank=True, db_default="", help_text="A zip; empty for the bundle that the release ships"
    )
    checksum = models.CharField(max_length=64, blank=True, db_default="", help_text="SHA-256 of the zip")

    objects = ModelBundleQuerySet.as_manager()

    class Meta:
        ordering = ["-first_used_at"]

    def __str__(self) -> str:
        return self.version

    @staticmethod
    def active_about() -> dict[str, Any]:
        """bundle.json of the active bundle."""
        active = ModelBundle.objects.active()
        return active.about if active else shipped()

    @classmethod
    def active_version(cls) -> str:
        return str(cls.active_about()["version"])

    def activate(self) -> None:
        """Make all workers score with it within seconds. Raises RolloutError if it isn't complete."""
        if self.files:
            self.folder()
        elif self.version != shipped()["version"]:
            raise RolloutError(_("The files of %(version)s are gone: add it again.") % {"version": self.version})
        Activation.objects.create(bundle=self)

    @property
    def copy(self) -> Path:
        """The folder of its copy on this machine, whether or not it was fetched."""
        return Path(settings.DATA_DIR / "bundles" / f"{self.version}-{self.checksum[:12]}")

    def folder(self) -> Path:
        """Its folder on this machine, fetched from the storage and verified if needed. Raises RolloutError."""
        place = self.copy
        if place.is_dir():
            return place
        try:
            place.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent) as work:
                self._fetch(Path(work) / "fresh").rename(place)
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            if not place.is_dir():  # otherwise another process was faster
                sentence = _("The bundle %(version)s can’t be fetched: %(reason)s")
                raise RolloutError(sentence % {"version": self.version, "reason": error}) from error
        return place

    def _fetch(self, folder: Path) -> Path:
        with tempfile.TemporaryFile(dir=folder.parent) as copy:
            with self.files.open() as kept:
                shutil.copyfileobj(kept, copy)
            copy.seek(0)
            if hashlib.file_digest(copy, "sha256").hexdigest() != self.checksum:
                sentence = _("The bundle %(version)s is damaged: its checksum has changed.")
                raise RolloutError(sentence % {"version": self.version})
            with zipfile.ZipFile(copy) as archive:
                for name in (*FILES, *OPTIONAL_FILES):
                    if name in FILES or name in archive.namelist():
                        archive.extract(name, folder)
        return folder


class Activation(models.Model):
    """A bundle's activation. The newest one counts; rows are only added."""

    bundle = models.ForeignKey(ModelBundle, models.PROTECT, related_name="activations")
    activated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.bundle} {self.activated_at:%Y-%m-%d %H:%M}"

    @staticmethod
    def before_active() -> ModelBundle | None:
        """The bundle that was active before; None if that was the release's own, or nothing was activated."""
        versions = [each.bundle for each in Activation.objects.select_related("bundle").order_by("-pk")]
        return next((bundle for bundle in versions if bundle != versions[0]), None)

    @staticmethod
    def roll_back() -> ModelBundle:
        """Activate the bundle that scored before the active one. Raises RolloutError if there is none."""
        with transaction.atomic():
            newest = Activation.objects.select_related("bundle").order_by("-pk").first()
            if not newest:
                raise RolloutError(_("No model was ever activated: the one that comes with the release is in use."))
            before = Activation.before_active() or ModelBundle.objects.register(shipped())
            if before == newest.bundle:
                raise RolloutError(_("No other model was active before %(version)s.") % {"version": newest.bundle})
            before.activate()
        return before


class RescoringQuerySet(LeasedQuerySet["Rescoring"]):
    def begin(self, bundle: ModelBundle, since: datetime) -> Rescoring:
        """Rescore attempts written at `since` or later; an unfinished rescoring ends."""
        with transaction.atomic():
            self.filter(done_at=None).update(done_at=timezone.now())
            # UUIDs of version 7 begin with the Unix time in ms. An attempt gets its id just before its `written_at`:
            # start a second earlier.
            first = UUID(int=max(int((since.timestamp() - 1) * 1000), 0) << 80)
            return self.create(bundle=bundle, since=since, last=first)

    def claim_next(self) -> Rescoring | None:
        """Lease the first unfinished row that is free; None while another worker holds it, or if all are done."""
        unfinished = self.filter(done_at=None)
        for pk in unfinished.free().order_by("pk").values_list("pk", flat=True):
            for claimed in unfinished.select_related("bundle").claim([pk]):
                return claimed
        return None


class Rescoring(Leased):
    """Past attempts that the bundle judges once more, oldest first, while nobody waits for a score."""

    bundle = models.ForeignKey(ModelBundle, models.PROTECT, related_name="rescorings")
    since = models.DateTimeField(help_text="Attempts written at this moment or later")
    last = models.UUIDField(help_text="Id of the last attempt done")
    judged = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    # With a default in the database: the release before inserts rows without it.
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    objects = RescoringQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.bundle} since {self.since:%Y-%m-%d}"

    @property
    def is_retry(self) -> bool:
        """True if the previous worker's lease expired; it probably crashed."""
        return self.tries > 1

    def skip_to(self, last: UUID) -> None:
        """Move past the attempt `last` before judging it: if it crashes workers, it does so once."""
        Rescoring.objects.filter(pk=self.pk).update(last=last)

    def go_on(self, last: UUID | None, judged: int) -> None:
        """Store that the attempt `last` is done, or with None that all are, and release the lease.

        `judged`: how many were judged since. No effect if the rescoring has ended meanwhile.
        """
        mine = Rescoring.objects.filter(pk=self.pk, done_at=None)
        mine.update(
            judged=models.F("judged") + judged,
            last=last or models.F("last"),
            lease=None,
            leased_until=None,
            tries=0,
            done_at=None if last else timezone.now(),
        )


def shipped() -> dict[str, Any]:
    """bundle.json of the bundle that the release ships, or that MODEL_BUNDLE names."""
    about: dict[str, Any] = json.loads((settings.MODEL_BUNDLE / "bundle.json").read_text(encoding="utf-8"))
    return about
