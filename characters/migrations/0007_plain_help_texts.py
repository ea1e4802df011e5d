"""Rewords help texts and a label. Runs no SQL."""

import characters.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0006_hidden_exemplar'),
    ]

    operations = [
        migrations.AlterField(
            model_name='character',
            name='components',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Components according to KanjiVG, in writing order'),
        ),
        migrations.AlterField(
            model_name='character',
            name='frequency',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Rank among the 2,501 most frequent kanji in newspapers', null=True),
        ),
        migrations.AlterField(
            model_name='character',
            name='jis',
            field=models.CharField(blank=True, help_text='Plane, row and cell in JIS X 0208: 1-31-09', max_length=8, verbose_name='JIS code'),
        ),
        migrations.AlterField(
            model_name='character',
            name='jlpt',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'Old level 4'), (3, 'Old level 3'), (2, 'Old level 2'), (1, 'Old level 1')], help_text='Level before 2010, 4 (easiest) to 1', null=True, verbose_name='JLPT'),
        ),
        migrations.AlterField(
            model_name='character',
            name='kun',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Kun readings, with a dot before the okurigana (た.べる)'),
        ),
        migrations.AlterField(
            model_name='character',
            name='on',
            field=characters.fields.TextListField(blank=True, default=list, help_text='On readings, in katakana'),
        ),
        migrations.AlterField(
            model_name='character',
            name='position',
            field=models.PositiveSmallIntegerField(help_text='Index in the catalogue, from 0', unique=True),
        ),
        migrations.AlterField(
            model_name='character',
            name='sources',
            field=models.JSONField(blank=True, default=dict, help_text='{field: {"source", "revision"}}; imports keep facts whose source is a curator'),
        ),
        migrations.AlterField(
            model_name='exemplar',
            name='ink',
            field=models.JSONField(help_text='Writing area and strokes, lists of points [x, y, t]: CSS pixels, and ms since the first point'),
        ),
        migrations.AlterField(
            model_name='exemplar',
            name='is_hidden',
            field=models.BooleanField(db_default=False, default=False, editable=False, help_text='The writer deleted the attempt, but can still undo that'),
        ),
        migrations.AlterField(
            model_name='exemplar',
            name='legibility',
            field=models.PositiveSmallIntegerField(help_text='Legibility when it was offered, 0 to 100'),
        ),
        migrations.AlterField(
            model_name='exemplar',
            name='reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason for refusal'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='components',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Components according to KanjiVG, in writing order'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='frequency',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Rank among the 2,501 most frequent kanji in newspapers', null=True),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='jis',
            field=models.CharField(blank=True, help_text='Plane, row and cell in JIS X 0208: 1-31-09', max_length=8, verbose_name='JIS code'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='jlpt',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'Old level 4'), (3, 'Old level 3'), (2, 'Old level 2'), (1, 'Old level 1')], help_text='Level before 2010, 4 (easiest) to 1', null=True, verbose_name='JLPT'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='kun',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Kun readings, with a dot before the okurigana (た.べる)'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='on',
            field=characters.fields.TextListField(blank=True, default=list, help_text='On readings, in katakana'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='position',
            field=models.PositiveSmallIntegerField(db_index=True, help_text='Index in the catalogue, from 0'),
        ),
        migrations.AlterField(
            model_name='historicalcharacter',
            name='sources',
            field=models.JSONField(blank=True, default=dict, help_text='{field: {"source", "revision"}}; imports keep facts whose source is a curator'),
        ),
        migrations.AlterField(
            model_name='historicallookalikegroup',
            name='is_pooled',
            field=models.BooleanField(default=True, help_text="Readers can't tell them apart; they share probability and score", verbose_name='pooled'),
        ),
        migrations.AlterField(
            model_name='historicallookalikegroup',
            name='members',
            field=models.CharField(help_text='The characters, without separators', max_length=16),
        ),
        migrations.AlterField(
            model_name='historicallookalikegroup',
            name='reason',
            field=models.CharField(help_text="Why readers can't tell them apart, or how they can", max_length=300),
        ),
        migrations.AlterField(
            model_name='historicalstrokeorder',
            name='note',
            field=models.CharField(help_text='Who uses this order', max_length=200),
        ),
        migrations.AlterField(
            model_name='historicalstrokeorder',
            name='order',
            field=characters.fields.TextListField(blank=True, default=list, help_text="Numbers of the reference's strokes, from 1, in the order in which they are written: 2; 1; 3"),
        ),
        migrations.AlterField(
            model_name='lookalikegroup',
            name='is_pooled',
            field=models.BooleanField(default=True, help_text="Readers can't tell them apart; they share probability and score", verbose_name='pooled'),
        ),
        migrations.AlterField(
            model_name='lookalikegroup',
            name='members',
            field=models.CharField(help_text='The characters, without separators', max_length=16),
        ),
        migrations.AlterField(
            model_name='lookalikegroup',
            name='reason',
            field=models.CharField(help_text="Why readers can't tell them apart, or how they can", max_length=300),
        ),
        migrations.AlterField(
            model_name='report',
            name='answer',
            field=models.CharField(blank=True, help_text='The outcome, for other curators', max_length=500),
        ),
        migrations.AlterField(
            model_name='report',
            name='status',
            field=models.CharField(choices=[('open', 'Open'), ('mended', 'Fixed'), ('declined', 'Declined')], db_index=True, default='open', max_length=8),
        ),
        migrations.AlterField(
            model_name='strokeorder',
            name='note',
            field=models.CharField(help_text='Who uses this order', max_length=200),
        ),
        migrations.AlterField(
            model_name='strokeorder',
            name='order',
            field=characters.fields.TextListField(blank=True, default=list, help_text="Numbers of the reference's strokes, from 1, in the order in which they are written: 2; 1; 3"),
        ),
    ]
