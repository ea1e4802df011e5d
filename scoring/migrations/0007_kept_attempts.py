"""A history is found without those that are forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0006_fill_counts'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='attempt',
            name='attempts_of_user',
        ),
        migrations.RemoveIndex(
            model_name='attempt',
            name='attempts_of_guest',
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('forgotten_at', None)), fields=['user', '-written_at', '-id'], name='kept_of_user'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('forgotten_at', None)), fields=['guest', '-written_at', '-id'], name='kept_of_guest'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('forgotten_at', None)), fields=['user', 'target', '-written_at', '-id'], name='kept_of_character'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('forgotten_at', None)), fields=['user', 'legibility'], name='kept_by_legibility'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(condition=models.Q(('forgotten_at', None), _negated=True), fields=['forgotten_at'], name='attempts_forgotten'),
        ),
    ]
