from django.db import migrations, models

SETS = [
    ("hiragana", "Hiragana"),
    ("katakana", "Katakana"),
    ("n5", "N5"),
    ("n4", "N4"),
    ("n3", "N3"),
    ("n2", "N2"),
    ("n1", "N1"),
    ("grade1", "Grade 1"),
    ("grade2", "Grade 2"),
    ("grade3", "Grade 3"),
    ("grade4", "Grade 4"),
    ("grade5", "Grade 5"),
    ("grade6", "Grade 6"),
    ("grade8", "Secondary school"),
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_is_school_strict")]

    operations = [
        migrations.AddField(
            model_name="plan",
            name="character_set",
            field=models.CharField(
                blank=True,
                choices=SETS,
                db_default="",
                default="",
                help_text="New characters are taken from it, unless they come from a list; empty: from the scripts",
                max_length=8,
            ),
        )
    ]
