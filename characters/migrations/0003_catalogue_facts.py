"""What is known of a character moves into its row; exemplars, reports and histories come."""

import characters.fields
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0002_more_lookalikes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Exemplar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ink', models.JSONField(help_text='Writing area and strokes of [x, y, t]: CSS px, ms from the first point')),
                ('legibility', models.PositiveSmallIntegerField(help_text='Its score when it was offered, 0 to 100')),
                ('status', models.CharField(choices=[('offered', 'Offered'), ('approved', 'Approved'), ('refused', 'Refused')], default='offered', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason of refusal')),
                ('offered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='HistoricalCharacter',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('literal', models.CharField(db_index=True, max_length=1)),
                ('position', models.PositiveSmallIntegerField(db_index=True, help_text='Place in the catalogue, from 0')),
                ('script', models.CharField(choices=[('hiragana', 'Hiragana'), ('katakana', 'Katakana'), ('kanji', 'Kanji'), ('latin', 'Latin letters'), ('digit', 'Digits')], db_index=True, max_length=8)),
                ('jis', models.CharField(blank=True, help_text='JIS X 0208 plane, row and cell: 1-31-09', max_length=8, verbose_name='JIS code')),
                ('stroke_count', models.PositiveSmallIntegerField(db_index=True)),
                ('grade', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Grade 1'), (2, 'Grade 2'), (3, 'Grade 3'), (4, 'Grade 4'), (5, 'Grade 5'), (6, 'Grade 6'), (8, 'Junior high school'), (9, 'Jinmeiyō'), (10, 'Jinmeiyō, variant')], help_text='1–6 elementary school, 8 junior high, 9 and 10 jinmeiyō', null=True)),
                ('radical', models.PositiveSmallIntegerField(blank=True, db_index=True, help_text='Number of the classical radical', null=True)),
                ('frequency', models.PositiveSmallIntegerField(blank=True, help_text='Rank among the 2,500 most used in newspapers', null=True)),
                ('jlpt', models.PositiveSmallIntegerField(blank=True, choices=[(4, 'Old level 4'), (3, 'Old level 3'), (2, 'Old level 2'), (1, 'Old level 1')], help_text='Old level, 4 (easiest) to 1', null=True, verbose_name='JLPT')),
                ('on', characters.fields.TextListField(blank=True, default=list, help_text='Readings from Chinese, in katakana')),
                ('kun', characters.fields.TextListField(blank=True, default=list, help_text='Japanese readings; a dot stands before the okurigana (た.べる)')),
                ('nanori', characters.fields.TextListField(blank=True, default=list, help_text='Readings in names')),
                ('meanings_en', characters.fields.TextListField(blank=True, default=list, verbose_name='meanings in English')),
                ('meanings_fr', characters.fields.TextListField(blank=True, default=list, verbose_name='meanings in French')),
                ('components', characters.fields.TextListField(blank=True, default=list, help_text='The parts that KanjiVG sees in it, in writing order')),
                ('variants', characters.fields.TextListField(blank=True, default=list, help_text='Other forms of the same character')),
                ('sources', models.JSONField(blank=True, default=dict, help_text='Of each field: {"source", "revision"}; a curator\'s word outlasts imports')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical character',
                'verbose_name_plural': 'historical characters',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalLookalikeGroup',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('members', models.CharField(default='', help_text='The characters, without anything between them', max_length=16)),
                ('is_pooled', models.BooleanField(default=True, help_text="Readers can't tell them apart: they share their probability and their score", verbose_name='pooled')),
                ('reason', models.CharField(help_text="Why readers can't tell them apart, or how they do", max_length=300)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical lookalike group',
                'verbose_name_plural': 'historical lookalike groups',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalStrokeOrder',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('order', characters.fields.TextListField(blank=True, default=list, help_text="The reference's strokes, from 1, in the order in which they are written: 2; 1; 3")),
                ('note', models.CharField(help_text='Who writes it so', max_length=200)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical stroke order',
                'verbose_name_plural': 'historical stroke orders',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('about', models.CharField(choices=[('strokes', 'The stroke order or a stroke'), ('readings', 'A reading'), ('meanings', 'A meaning'), ('example', 'An example'), ('other', 'Something else')], max_length=8)),
                ('text', models.CharField(max_length=500)),
                ('status', models.CharField(choices=[('open', 'Open'), ('mended', 'Mended'), ('declined', 'Declined')], db_index=True, default='open', max_length=8)),
                ('answer', models.CharField(blank=True, help_text='What came of it, for other curators', max_length=500)),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['-reported_at'],
            },
        ),
        migrations.CreateModel(
            name='StrokeOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', characters.fields.TextListField(blank=True, default=list, help_text="The reference's strokes, from 1, in the order in which they are written: 2; 1; 3")),
                ('note', models.CharField(help_text='Who writes it so', max_length=200)),
                ('modified_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('on', 'On'), ('kun', 'Kun'), ('nanori', 'Nanori'), ('meaning', 'Meaning'), ('variant', 'Variant')], max_length=7)),
                ('key', models.CharField(db_index=True, max_length=300)),
            ],
        ),
        migrations.AlterModelOptions(
            name='lookalikegroup',
            options={'ordering': ['pk']},
        ),
        migrations.AddField(
            model_name='character',
            name='components',
            field=characters.fields.TextListField(blank=True, default=list, help_text='The parts that KanjiVG sees in it, in writing order'),
        ),
        migrations.AddField(
            model_name='character',
            name='jis',
            field=models.CharField(blank=True, help_text='JIS X 0208 plane, row and cell: 1-31-09', max_length=8, verbose_name='JIS code'),
        ),
        migrations.AddField(
            model_name='character',
            name='kun',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Japanese readings; a dot stands before the okurigana (た.べる)'),
        ),
        migrations.AddField(
            model_name='character',
            name='meanings_en',
            field=characters.fields.TextListField(blank=True, default=list, verbose_name='meanings in English'),
        ),
        migrations.AddField(
            model_name='character',
            name='meanings_fr',
            field=characters.fields.TextListField(blank=True, default=list, verbose_name='meanings in French'),
        ),
        migrations.AddField(
            model_name='character',
            name='modified_at',
            field=models.DateTimeField(auto_now=True, db_index=True),
        ),
        migrations.AddField(
            model_name='character',
            name='nanori',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Readings in names'),
        ),
        migrations.AddField(
            model_name='character',
            name='on',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Readings from Chinese, in katakana'),
        ),
        migrations.AddField(
            model_name='character',
            name='sources',
            field=models.JSONField(blank=True, default=dict, help_text='Of each field: {"source", "revision"}; a curator\'s word outlasts imports'),
        ),
        migrations.AddField(
            model_name='character',
            name='variants',
            field=characters.fields.TextListField(blank=True, default=list, help_text='Other forms of the same character'),
        ),
        migrations.AddField(
            model_name='lookalikegroup',
            name='is_pooled',
            field=models.BooleanField(default=True, help_text="Readers can't tell them apart: they share their probability and their score", verbose_name='pooled'),
        ),
        migrations.AddField(
            model_name='lookalikegroup',
            name='members',
            field=models.CharField(default='', help_text='The characters, without anything between them', max_length=16),
        ),
        migrations.AddField(
            model_name='lookalikegroup',
            name='modified_at',
            field=models.DateTimeField(auto_now=True, db_index=True),
        ),
        migrations.AlterField(
            model_name='character',
            name='grade',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Grade 1'), (2, 'Grade 2'), (3, 'Grade 3'), (4, 'Grade 4'), (5, 'Grade 5'), (6, 'Grade 6'), (8, 'Junior high school'), (9, 'Jinmeiyō'), (10, 'Jinmeiyō, variant')], help_text='1–6 elementary school, 8 junior high, 9 and 10 jinmeiyō', null=True),
        ),
        migrations.AlterField(
            model_name='character',
            name='jlpt',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(4, 'Old level 4'), (3, 'Old level 3'), (2, 'Old level 2'), (1, 'Old level 1')], help_text='Old level, 4 (easiest) to 1', null=True, verbose_name='JLPT'),
        ),
        migrations.AlterField(
            model_name='character',
            name='radical',
            field=models.PositiveSmallIntegerField(blank=True, db_index=True, help_text='Number of the classical radical', null=True),
        ),
        migrations.AlterField(
            model_name='character',
            name='script',
            field=models.CharField(choices=[('hiragana', 'Hiragana'), ('katakana', 'Katakana'), ('kanji', 'Kanji'), ('latin', 'Latin letters'), ('digit', 'Digits')], db_index=True, max_length=8),
        ),
        migrations.AlterField(
            model_name='character',
            name='stroke_count',
            field=models.PositiveSmallIntegerField(db_index=True),
        ),
        migrations.AlterField(
            model_name='lookalikegroup',
            name='reason',
            field=models.CharField(help_text="Why readers can't tell them apart, or how they do", max_length=300),
        ),
        migrations.AddField(
            model_name='exemplar',
            name='character',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exemplars', to='characters.character'),
        ),
        migrations.AddField(
            model_name='exemplar',
            name='decided_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalcharacter',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicallookalikegroup',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalstrokeorder',
            name='character',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='characters.character'),
        ),
        migrations.AddField(
            model_name='historicalstrokeorder',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='report',
            name='character',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reports', to='characters.character'),
        ),
        migrations.AddField(
            model_name='report',
            name='decided_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='strokeorder',
            name='character',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stroke_orders', to='characters.character'),
        ),
        migrations.AddField(
            model_name='term',
            name='character',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='characters.character'),
        ),
        migrations.AddIndex(
            model_name='exemplar',
            index=models.Index(condition=models.Q(('status', 'approved')), fields=['character', '-legibility'], name='exemplars_shown'),
        ),
        migrations.AddIndex(
            model_name='exemplar',
            index=models.Index(condition=models.Q(('status', 'offered')), fields=['offered_at'], name='exemplars_waiting'),
        ),
        migrations.AddConstraint(
            model_name='exemplar',
            constraint=models.CheckConstraint(condition=models.Q(('legibility__lte', 100)), name='exemplar_legibility_0_to_100'),
        ),
        migrations.AddConstraint(
            model_name='strokeorder',
            constraint=models.UniqueConstraint(models.F('character'), models.F('order'), name='stroke_order_once'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.UniqueConstraint(models.F('character'), models.F('kind'), models.F('key'), name='term_once'),
        ),
    ]
