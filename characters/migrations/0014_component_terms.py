"""Components become search terms."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('characters', '0013_words'),
    ]

    operations = [
        migrations.AlterField(
            model_name='term',
            name='kind',
            field=models.CharField(choices=[('on', 'On'), ('kun', 'Kun'), ('nanori', 'Nanori'), ('meaning', 'Meaning'), ('variant', 'Variant'), ('part', 'Part')], max_length=7),
        ),
    ]
