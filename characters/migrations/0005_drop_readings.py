"""Readings and meanings as rows, and groups as foreign keys, are no more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0004_move_readings'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='character',
            name='lookalike_group',
        ),
        migrations.AddConstraint(
            model_name='lookalikegroup',
            constraint=models.UniqueConstraint(models.F('members'), models.F('is_pooled'), name='lookalike_group_once'),
        ),
        migrations.DeleteModel(
            name='Meaning',
        ),
        migrations.DeleteModel(
            name='Reading',
        ),
        migrations.AlterField(
            model_name='lookalikegroup',
            name='members',
            field=models.CharField(help_text='The characters, without anything between them', max_length=16),
        ),
        migrations.AlterField(
            model_name='historicallookalikegroup',
            name='members',
            field=models.CharField(help_text='The characters, without anything between them', max_length=16),
        ),
    ]
