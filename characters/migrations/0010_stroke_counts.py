"""Stroke counts are those of the diagrams. KANJIDIC2 counts another form of 59 kanji. A curator's count stays."""

from django.db import migrations
from django.utils import timezone

#: The kanji of each (count in KANJIDIC2, count of the diagram).
KANJI = {
    (5, 4): "牙",
    (5, 6): "辻",
    (6, 7): "迂辿迄",
    (7, 8): "祁",
    (8, 7): "兎",
    (8, 9): "迦祇",
    (9, 10): "笈",
    (10, 9): "穿",
    (10, 11): "逢晦逗這",
    (11, 10): "倦娩",
    (11, 12): "葛堵屠菟",
    (12, 11): "捲",
    (12, 13): "僅遁逼煉",
    (12, 14): "厩",
    (13, 14): "飴榊遡遜腿槌蓬漣榔",
    (14, 13): "稗",
    (14, 15): "餌蝕噌歎樋餅",
    (15, 16): "賭",
    (16, 17): "甑薯謎",
    (17, 18): "襖鎚儲",
    (17, 19): "櫛瀞",
    (18, 19): "藷瀦禰",
    (20, 19): "瀕",
    (21, 22): "灘鑓",
    (26, 25): "欝",
}


def number(apps, source, index):
    """Set each character's count to the one at `index` of `KANJI`'s keys, and its source; skip those of curators."""
    Character = apps.get_model("characters", "Character")
    counts = {literal: count[index] for count, literals in KANJI.items() for literal in literals}
    changed = []
    for character in Character.objects.filter(script="kanji"):
        if character.sources.get("stroke_count", {}).get("source") != "curator":
            character.stroke_count = counts.get(character.literal, character.stroke_count)
            character.sources["stroke_count"] = {"source": source}
            character.modified_at = timezone.now()
            changed.append(character)
    Character.objects.bulk_update(changed, ["stroke_count", "sources", "modified_at"], batch_size=500)


def forwards(apps, schema_editor):
    number(apps, "kanjivg", 1)


def backwards(apps, schema_editor):
    number(apps, "kanjidic2", 0)


class Migration(migrations.Migration):
    dependencies = [("characters", "0009_variants")]
    operations = [migrations.RunPython(forwards, backwards)]
