"""What whoever counts attempts needs to know of each, and since when one is forgotten."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0005_drop_readings'),
        ('scoring', '0004_exemplar'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='duration',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='From the first point to the last, ms; 0 of an image'),
        ),
        migrations.AddField(
            model_name='attempt',
            name='forgotten_at',
            field=models.DateTimeField(blank=True, help_text='Hidden since then, and soon deleted', null=True),
        ),
        migrations.AddField(
            model_name='attempt',
            name='legibility',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='attempt',
            name='misread_as',
            field=models.CharField(blank=True, db_default='', default='', help_text='What most readers would take it for instead', max_length=1),
        ),
    ]
