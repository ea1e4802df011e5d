"""What is counted of a learner's attempts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_preferences'),
        ('characters', '0005_drop_readings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Confusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_as', models.CharField(max_length=1)),
                ('times', models.PositiveIntegerField(default=0)),
                ('character', models.ForeignKey(help_text='What was meant', on_delete=django.db.models.deletion.CASCADE, related_name='+', to='characters.character')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confusions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Day',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0, help_text='Sum of the scores')),
                ('duration', models.PositiveBigIntegerField(default=0, help_text='Time spent writing, ms')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['date'],
            },
        ),
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0, help_text='Sum of the scores')),
                ('best', models.PositiveSmallIntegerField(default=0)),
                ('recent', models.FloatField(default=0.0, help_text='Average of the scores, in which the newest weigh the most')),
                ('in_a_row', models.PositiveIntegerField(default=0, help_text='How many of the newest were read well')),
                ('latest', models.PositiveSmallIntegerField(default=0, help_text="The newest writing's score")),
                ('latest_at', models.DateTimeField()),
                ('character', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='characters.character')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddIndex(
            model_name='confusion',
            index=models.Index(fields=['user', '-times'], name='most_confused_first'),
        ),
        migrations.AddConstraint(
            model_name='confusion',
            constraint=models.UniqueConstraint(models.F('user'), models.F('character'), models.F('read_as'), name='confusion_once'),
        ),
        migrations.AddConstraint(
            model_name='day',
            constraint=models.UniqueConstraint(models.F('user'), models.F('date'), name='day_once'),
        ),
        migrations.AddIndex(
            model_name='progress',
            index=models.Index(fields=['user', 'recent'], name='weakest_first'),
        ),
        migrations.AddConstraint(
            model_name='progress',
            constraint=models.UniqueConstraint(models.F('user'), models.F('character'), name='progress_once'),
        ),
    ]
