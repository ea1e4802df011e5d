"""Readings and meanings move into their characters' rows, the members of a lookalike group into the group's."""

from django.db import migrations

READINGS = ["on", "kun", "nanori"]
MEANINGS = {"en": "meanings_en", "fr": "meanings_fr"}


def move(apps, schema_editor):
    Character = apps.get_model("characters", "Character")
    characters = list(Character.objects.prefetch_related("readings", "meanings"))
    for character in characters:
        for kind in READINGS:
            setattr(character, kind, [r.text for r in sorted(character.readings.all(), key=by_age) if r.kind == kind])
        for language, field in MEANINGS.items():
            found = [m.text for m in sorted(character.meanings.all(), key=by_age) if m.language == language]
            setattr(character, field, found)
    Character.objects.bulk_update(characters, [*READINGS, *MEANINGS.values()], batch_size=500)
    for group in apps.get_model("characters", "LookalikeGroup").objects.all():
        members = "".join(group.characters.order_by("position").values_list("literal", flat=True))
        if members:
            group.members = members
            group.save()
        else:
            group.delete()


def move_back(apps, schema_editor):
    Character, Group, Reading, Meaning = (
        apps.get_model("characters", name) for name in ("Character", "LookalikeGroup", "Reading", "Meaning")
    )
    readings, meanings = [], []
    for character in Character.objects.all():
        readings += [Reading(character=character, kind=k, text=t) for k in READINGS for t in getattr(character, k)]
        meanings += [
            Meaning(character=character, language=language, text=text)
            for language, field in MEANINGS.items()
            for text in getattr(character, field)
        ]
    Reading.objects.bulk_create(readings, batch_size=2000)
    Meaning.objects.bulk_create(meanings, batch_size=2000)
    Group.objects.filter(is_pooled=False).delete()
    for group in Group.objects.all():
        Character.objects.filter(literal__in=list(group.members)).update(lookalike_group=group)


def by_age(row):
    return row.pk


class Migration(migrations.Migration):
    dependencies = [("characters", "0003_catalogue_facts")]
    operations = [migrations.RunPython(move, move_back)]
