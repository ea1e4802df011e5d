"""Lists, the practice plan and its reviews."""

import accounts.models.plan
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_count_progress'),
        ('characters', '0005_drop_readings'),
    ]

    operations = [
        migrations.CreateModel(
            name='CharacterList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('characters', models.TextField(help_text='One after the other, without anything between them')),
                ('shared_as', models.CharField(blank=True, editable=False, help_text='What the link ends in', max_length=32, null=True, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lists', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('new_per_day', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MaxValueValidator(100)])),
                ('order', models.CharField(choices=[('grade', 'School grade'), ('frequency', 'Frequency in newspapers'), ('jlpt', 'JLPT, from the easiest'), ('list', 'A list of mine')], default='grade', max_length=9)),
                ('scripts', models.JSONField(default=accounts.models.plan._all_scripts, help_text='Of which new characters are; not of a list')),
                ('daily_goal', models.PositiveSmallIntegerField(default=20, help_text='Writings a day', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)])),
                ('reminds', models.BooleanField(default=False, help_text="By mail, on days when the goal isn't reached")),
                ('reminds_at', models.PositiveSmallIntegerField(default=19, help_text="Hour of the learner's day", validators=[django.core.validators.MaxValueValidator(23)])),
                ('reminded_on', models.DateField(blank=True, editable=False, null=True)),
                ('list', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.characterlist')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='plan', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('begun_on', models.DateField()),
                ('due_on', models.DateField()),
                ('reviewed_on', models.DateField(blank=True, help_text='Last; empty while it is new', null=True)),
                ('stability', models.FloatField(blank=True, help_text='Days until it is remembered with 90 %', null=True)),
                ('difficulty', models.FloatField(blank=True, help_text='1 to 10', null=True)),
                ('reviews', models.PositiveIntegerField(default=0)),
                ('lapses', models.PositiveIntegerField(default=0, help_text='How often it was forgotten')),
                ('character', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='characters.character')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name='characterlist',
            constraint=models.UniqueConstraint(models.F('user'), models.F('name'), name='list_name_once'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['user', 'due_on', 'id'], name='due_first'),
        ),
        migrations.AddIndex(
            model_name='review',
            index=models.Index(fields=['user', 'begun_on'], name='begun_reviews'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(models.F('user'), models.F('character'), name='review_once'),
        ),
    ]
