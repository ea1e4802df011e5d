"""SharedWriting becomes SharedAttempt. The table keeps its name, so that the previous release can still use it."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0013_shared_lease'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel('SharedWriting', 'SharedAttempt'),
                migrations.AlterModelTable('SharedAttempt', 'scoring_sharedwriting'),
            ]
        ),
    ]
