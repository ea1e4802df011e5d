"""An attempt knows what its owner lets others see of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0005_drop_readings'),
        ('scoring', '0003_model_bundle'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='exemplar',
            field=models.OneToOneField(blank=True, editable=False, help_text='What its owner lets others see of it', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='characters.exemplar'),
        ),
    ]
