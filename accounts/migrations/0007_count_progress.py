"""What was written before there was any counting counts too."""

from datetime import UTC

from django.db import migrations

#: As in accounts.models.progress.
WELL, NEWEST = 80, 0.3


def count(apps, schema_editor):
    """Days are UTC's: nobody has chosen a time zone yet."""
    Attempt = apps.get_model("scoring", "Attempt")
    Progress, Day, Confusion = (apps.get_model("accounts", name) for name in ("Progress", "Day", "Confusion"))
    progress, days, taken = {}, {}, {}
    counted = Attempt.objects.exclude(user=None).exclude(legibility=None).order_by("written_at", "id")
    for attempt in counted.defer("ink").iterator(chunk_size=2000):
        score = attempt.legibility
        key = attempt.user_id, attempt.target_id
        row = progress.setdefault(key, Progress(user_id=key[0], character_id=key[1]))
        row.recent = row.recent + NEWEST * (score - row.recent) if row.attempts else score
        row.attempts += 1
        row.total += score
        row.best = max(row.best, score)
        row.in_a_row = row.in_a_row + 1 if score >= WELL else 0
        row.latest, row.latest_at = score, attempt.written_at
        key = attempt.user_id, attempt.written_at.astimezone(UTC).date()
        day = days.setdefault(key, Day(user_id=key[0], date=key[1]))
        day.attempts += 1
        day.total += score
        day.duration += attempt.duration
        if attempt.misread_as:
            key = attempt.user_id, attempt.target_id, attempt.misread_as
            pair = taken.setdefault(key, Confusion(user_id=key[0], character_id=key[1], read_as=key[2]))
            pair.times += 1
    Progress.objects.bulk_create(progress.values(), batch_size=1000)
    Day.objects.bulk_create(days.values(), batch_size=1000)
    Confusion.objects.bulk_create(taken.values(), batch_size=1000)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_progress'),
        ('scoring', '0006_fill_counts'),
    ]

    operations = [
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
