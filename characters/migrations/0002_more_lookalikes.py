"""The lookalikes added to the ones the catalogue starts with, for databases that have the catalogue already."""

from django.db import migrations

# A newcomer and one whose group it joins.
JOINS = [("2", "Z"), ("5", "S")]
GROUPS = {
    "6b": "a line that ends in a bowl, lower right",
    "9gq": "a bowl with a line down from its right; g without its hook",
}


def add_lookalikes(apps, schema_editor):
    Character = apps.get_model("characters", "Character")
    LookalikeGroup = apps.get_model("characters", "LookalikeGroup")
    alone = Character.objects.filter(lookalike_group=None)
    for newcomer, member in JOINS:
        there = Character.objects.filter(literal=member, lookalike_group__isnull=False).first()
        if there:
            alone.filter(literal=newcomer).update(lookalike_group=there.lookalike_group)
    for members, reason in GROUPS.items():
        # Where a curator has grouped one of them otherwise, that stands.
        if alone.filter(literal__in=list(members)).count() == len(members):
            alone.filter(literal__in=list(members)).update(lookalike_group=LookalikeGroup.objects.create(reason=reason))


class Migration(migrations.Migration):
    dependencies = [("characters", "0001_initial")]
    operations = [migrations.RunPython(add_lookalikes, migrations.RunPython.noop)]
