from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0023_lines")]

    operations = [
        migrations.AddField(
            model_name="line",
            name="image",
            field=models.ImageField(
                blank=True,
                db_default="",
                default="",
                help_text="Photograph of a line, until it is read",
                upload_to="lines/",
            ),
        ),
        migrations.RemoveIndex(model_name="line", name="unread_lines"),
        migrations.AddIndex(
            model_name="line",
            index=models.Index(
                fields=["written_at"],
                name="unread_lines",
                condition=models.Q(("model_version", "")),
            ),
        ),
    ]
