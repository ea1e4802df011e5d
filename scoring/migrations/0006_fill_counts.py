"""Attempts know their newest score for what was meant, and how long they took."""

from django.db import migrations
from django.db.models import Max

#: As in ml.ink, ms; and as in ml.legibility.
LONGEST, EVEN = 5 * 60 * 1000, 50


def duration(ink):
    times = [point[2] for stroke in ink["strokes"] for point in stroke] if ink else [0]
    return int(min(max(times) - min(times), LONGEST))


def fill(apps, schema_editor):
    Attempt = apps.get_model("scoring", "Attempt")
    Score = apps.get_model("scoring", "Score")
    newest = Score.objects.exclude(target=None).values("attempt").annotate(pk=Max("pk")).values("pk")
    some = []
    for score in Score.objects.filter(pk__in=newest).select_related("attempt").iterator(chunk_size=500):
        attempt = score.attempt
        attempt.legibility = score.legibility
        attempt.misread_as = score.misread_as[0] if score.misread_as and score.legibility < EVEN else ""
        some.append(attempt)
        if len(some) == 500:
            Attempt.objects.bulk_update(some, ["legibility", "misread_as"])
            some = []
    Attempt.objects.bulk_update(some, ["legibility", "misread_as"])
    some = []
    for attempt in Attempt.objects.exclude(ink=None).only("ink").iterator(chunk_size=500):
        attempt.duration = duration(attempt.ink)
        some.append(attempt)
        if len(some) == 500:
            Attempt.objects.bulk_update(some, ["duration"])
            some = []
    Attempt.objects.bulk_update(some, ["duration"])


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0005_attempt_counts'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
