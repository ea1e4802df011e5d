"""Language, time zone and what others may do with the drawings."""

import accounts.models.users
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_token'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='allows_training',
            field=models.BooleanField(db_default=False, default=False, help_text='Lets models learn from the writings'),
        ),
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ja', '日本語'), ('fr', 'Français')], db_default='', help_text="Of the pages and mails; the browser's if empty", max_length=2),
        ),
        migrations.AddField(
            model_name='user',
            name='shows_examples',
            field=models.BooleanField(db_default=False, default=False, help_text='Offers good writings as examples by itself, without a name'),
        ),
        migrations.AddField(
            model_name='user',
            name='time_zone',
            field=models.CharField(blank=True, db_default='', help_text='What decides when a day begins; UTC if empty', max_length=64, validators=[accounts.models.users.check_time_zone]),
        ),
    ]
