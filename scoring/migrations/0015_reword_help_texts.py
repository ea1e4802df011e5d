import django.db.models.deletion
import scoring.models.shared
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0007_plain_help_texts'),
        ('scoring', '0014_shared_attempt'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attempt',
            name='duration',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='From the first point to the last, ms; 0 for an image'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='exemplar',
            field=models.OneToOneField(blank=True, editable=False, help_text='Anonymous copy that its owner lets others see', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='characters.exemplar'),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='failure',
            field=models.CharField(blank=True, help_text='Code of the failure; empty: none', max_length=32),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='forgotten_at',
            field=models.DateTimeField(blank=True, help_text='Time of deletion; hidden since, soon erased', null=True),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='guest',
            field=models.UUIDField(blank=True, help_text='Id of the writer without an account', null=True),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='misread_as',
            field=models.CharField(blank=True, db_default='', default='', help_text='Seen instead of the target by most readers', max_length=1),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='pen_width',
            field=models.FloatField(blank=True, help_text="Width on screen, CSS px; scores don't depend on it", null=True),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='scripts',
            field=models.JSONField(blank=True, default=list, help_text='Scripts and characters that compete; empty: all'),
        ),
        migrations.AlterField(
            model_name='modelbundle',
            name='about',
            field=models.JSONField(help_text='Its bundle.json: figures, sources, how it was made'),
        ),
        migrations.AlterField(
            model_name='modelbundle',
            name='files',
            field=models.FileField(blank=True, db_default='', help_text='A zip; empty for the bundle that the release ships', upload_to='bundles/'),
        ),
        migrations.AlterField(
            model_name='rescoring',
            name='last',
            field=models.UUIDField(help_text='Id of the last attempt done'),
        ),
        migrations.AlterField(
            model_name='rescoring',
            name='since',
            field=models.DateTimeField(help_text='Attempts written at this moment or later'),
        ),
        migrations.AlterField(
            model_name='score',
            name='candidates',
            field=models.JSONField(help_text='As dictionaries, likeliest first; see ml.result'),
        ),
        migrations.AlterField(
            model_name='score',
            name='form',
            field=models.PositiveSmallIntegerField(blank=True, help_text='0 to 100; null if not judged', null=True),
        ),
        migrations.AlterField(
            model_name='score',
            name='imported',
            field=models.BooleanField(db_default=False, default=False, help_text='From an imported file: no reason to show it to others'),
        ),
        migrations.AlterField(
            model_name='score',
            name='known',
            field=models.BooleanField(help_text='Whether the attempt looks like any character of the catalogue'),
        ),
        migrations.AlterField(
            model_name='score',
            name='remarks',
            field=models.JSONField(blank=True, default=list, help_text='Remarks on the strokes, most useful first'),
        ),
        migrations.AlterField(
            model_name='sharedattempt',
            name='token',
            field=models.CharField(default=scoring.models.shared.new_token, help_text='Last part of the link', max_length=32, unique=True),
        ),
    ]
