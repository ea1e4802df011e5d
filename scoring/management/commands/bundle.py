"""Roll out models. Runs in the worker's image, which has the network."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from scoring.comparison import Comparison, compare, recent
from scoring.models import Activation, ModelBundle, Rescoring, RolloutError, shipped
from scoring.serving import load, read

#: Attempts shown whose score would change most.
_WORST = 10


class Command(BaseCommand):
    help = "Add a model, compare it with the active one, activate it, roll back, prune, or rescore past attempts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        verbs.add_parser("add", help="Store a copy of a bundle").add_argument("folder", type=Path)
        verbs.add_parser("list", help="List bundles and mark the active one")
        comparing = verbs.add_parser("compare", help="Compare with the active one on the latest attempts")
        comparing.add_argument("version")
        comparing.add_argument("--sample", type=int, default=500, help="Number of attempts")
        verbs.add_parser("activate", help="Make all workers score with it within seconds").add_argument("version")
        verbs.add_parser("rollback", help="Activate the previous one")
        pruning = verbs.add_parser("prune", help="Delete the files of bundles that aren't in use; their scores stay")
        pruning.add_argument("--keep", type=int, default=3, help="Number of such bundles to keep, the newest")
        again = verbs.add_parser("rescore", help="Judge past attempts with the active one while nobody waits")
        again.add_argument(
            "--since", type=datetime.fromisoformat, default=datetime(2000, 1, 1), help="A day, such as 2026-11-25"
        )

    def handle(self, *, verb: str, **options: Any) -> None:
        wanted = {
            "add": ["folder"],
            "compare": ["version", "sample"],
            "activate": ["version"],
            "prune": ["keep"],
            "rescore": ["since"],
        }
        try:
            getattr(self, verb)(**{name: options[name] for name in wanted.get(verb, [])})
        except RolloutError as error:
            raise CommandError(str(error)) from error

    def add(self, folder: Path) -> None:
        read(folder)  # before anything is kept
        bundle = ModelBundle.objects.add(folder)
        self.stdout.write(f"{bundle} is stored. Activate it to score with it.")

    def list(self) -> None:
        active = ModelBundle.active_version()
        ModelBundle.objects.register(shipped())
        for bundle in ModelBundle.objects.with_scores():
            mark = "*" if bundle.version == active else " "
            scores: int = getattr(bundle, "scores")  # noqa: B009 - annotated
            self.stdout.write(f"{mark} {bundle.version:24} {scores:>12,} scores   {self._where(bundle)}")
        for work in Rescoring.objects.filter(done_at=None):
            self.stdout.write(f"Rescoring with {work}: {work.judged:,} attempts so far.")

    def _where(self, bundle: ModelBundle) -> str:
        if bundle.files:
            return "in the storage"
        return "with the release" if bundle.version == shipped()["version"] else "its files are gone"

    def compare(self, version: str, sample: int) -> None:
        attempts = recent(sample)
        found = compare(load(ModelBundle.objects.active()), load(known(version)), attempts)
        if not found.pairs:
            raise CommandError("No attempt has a score yet.")
        self.stdout.write(f"{ModelBundle.active_version()} and {version}:")
        self._line("all", found)
        for script, part in found.by_script().items():
            self._line(script, part)
        for pair in found.worst(_WORST):
            self.stdout.write(f"{pair.target}  {pair.old:3} → {pair.new:3}  {pair.attempt}")

    def _line(self, name: str, part: Comparison) -> None:
        self.stdout.write(
            f"{name:10} {len(part.pairs):6,} attempts   {part.agreement:6.1%} read alike   "
            f"mean change {part.change:+.1f}   {part.far:.1%} change by more than 10"
        )

    def activate(self, version: str) -> None:
        known(version).activate()
        self.stdout.write(f"{version} is active.")

    def rollback(self) -> None:
        self.stdout.write(f"{Activation.roll_back()} is active.")

    def prune(self, keep: int) -> None:
        if keep < 0:
            raise CommandError("--keep must be 0 or more.")
        pruned = ModelBundle.objects.prune(keep)
        self.stdout.write(f"Deleted the files of {', '.join(map(str, pruned))}." if pruned else "Nothing to delete.")

    def rescore(self, since: datetime) -> None:
        since = since if timezone.is_aware(since) else since.replace(tzinfo=UTC)
        bundle = ModelBundle.objects.active() or ModelBundle.objects.register(shipped())
        Rescoring.objects.begin(bundle, since)
        self.stdout.write(f"{bundle} rescores attempts since {since:%Y-%m-%d} while nobody waits.")


def known(version: str) -> ModelBundle:
    """The bundle of `version`. Raises RolloutError if there is none, or its files are gone."""
    if version == shipped()["version"]:
        return ModelBundle.objects.register(shipped())
    try:
        return ModelBundle.objects.exclude(files="").get(version=version)
    except ModelBundle.DoesNotExist:
        raise RolloutError(f"There is no bundle {version}: add it first, or see `manage.py bundle list`.") from None
