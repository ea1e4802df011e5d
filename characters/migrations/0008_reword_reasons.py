"""Plainer English for the reasons of lookalike groups. A reason that a curator has written stays."""

from django.db import migrations
from django.utils import timezone

NEW_BY_OLD = {
    "differ in size alone": "differ only in size",
    "the same bend, drawn in one; S and s differ in size alone": (
        "the same bend if 5 is written in one stroke; S and s differ only in size"
    ),
    "a bend with a corner above or below; Z and z differ in size alone": (
        "a bend with a corner above or below; Z and z differ only in size"
    ),
    "a line that ends in a bowl, lower right": "a line that ends in a bowl at the lower right",
    "Of 未 the lower of the two lines across is the longer one; of 末 the upper.": (
        "In 未 the lower of the two horizontal lines is longer; in 末 the upper one is."
    ),
    "Of 土 the lower line is the longer one; of 士 the upper.": "In 土 the lower line is longer; in 士 the upper one is.",
    "The short strokes of シ stand one above the other and its long one rises; those of ツ stand side by side and its long"
    " one falls.": (
        "The short strokes of シ are stacked and its long stroke rises; those of ツ stand side by side and its long stroke"
        " falls."
    ),
    "The short stroke of ソ points down and its long one falls; that of ン points right and its long one rises.": (
        "The short stroke of ソ points down and its long stroke falls; that of ン points right and its long stroke rises."
    ),
    "ク begins with a short falling stroke; ワ with a short upright one, and its top is closed.": (
        "ク starts with a short falling stroke; ワ starts with a short vertical one, and its top is closed."
    ),
    "ほ has one line more across, and its upright doesn't go beyond the upper one.": (
        "ほ has one more horizontal line, and its vertical stroke doesn't cross the upper one."
    ),
    "わ ends in a bow to the left, れ in a sweep to the right, ね in a loop.": (
        "わ ends in a curve to the left, れ in a sweep to the right, ね in a loop."
    ),
    "き has two lines across; さ has one.": "き has two horizontal lines; さ has one.",
    "Their bows face opposite ways: of ち to the right, of さ to the left.": (
        "They curve in opposite directions: ち to the right, さ to the left."
    ),
    "Of い the left stroke is the longer one, of り the right.": "In い the left stroke is longer; in り the right one is.",
    "お has a dot at the right and one line through; あ has a sweep around its upright.": (
        "お has a dot at the right and a single crossed line; あ has a loop around its vertical stroke."
    ),
    "The second stroke of ア falls to the left, that of マ is a short one to the right.": (
        "The second stroke of ア falls to the left; that of マ is short and goes to the right."
    ),
    "The lower line of ユ goes on beyond the corner at the right.": (
        "The lower line of ユ extends beyond the corner at the right."
    ),
    "Of ヌ the second stroke crosses the first; of ス it hangs from it.": (
        "In ヌ the second stroke crosses the first; in ス it hangs from it."
    ),
    "チ has its upright through the lower line, and its top falls to the left; テ has a level top.": (
        "In チ the vertical stroke crosses the lower line and the top falls to the left; テ has a level top."
    ),
    "ナ has a level line; メ has two that slant.": "ナ has a level line; both lines of メ slant.",
    "ウ has an upright stroke on its roof.": "ウ has a vertical stroke on its roof.",
    "フ is one bent stroke; ラ has a line above, ヲ a line through.": (
        "フ is a single bent stroke; ラ has a line above it, ヲ a line through it."
    ),
    "メ has a stroke that crosses.": "メ has a stroke that crosses the other.",
    "Of 人 the right stroke leaves the left one below its top; of 入 the right one is the higher; those of 八 don't meet.": (
        "In 人 the right stroke starts below the top of the left one; in 入 the right stroke is higher; in 八 they don't"
        " meet."
    ),
    "The upright of 由 goes out at the top, of 甲 below, of 申 both; that of 田 stays inside.": (
        "The vertical stroke sticks out at the top in 由, at the bottom in 甲, at both ends in 申; in 田 it stays inside."
    ),
    "Of 右 the falling stroke cuts the line; of 石 it starts from it.": (
        "In 右 the falling stroke crosses the line; in 石 it starts from it."
    ),
    "The upright of 牛 goes out at the top.": "The vertical stroke of 牛 sticks out at the top.",
    "The falling stroke of 夫 goes out at the top.": "The falling stroke of 夫 sticks out at the top.",
    "The falling stroke of 失 goes out at the top.": "The falling stroke of 失 sticks out at the top.",
    "The falling stroke of 力 goes out at the top.": "The falling stroke of 力 sticks out at the top.",
    "At the left: a hand in 持, a going man in 待, a standing man in 侍.": (
        "At the left: a hand in 持, a walking man in 待, a standing man in 侍."
    ),
    "In the middle below: 几 in 微, 王 in 徴.": "At the bottom of the middle part: 几 in 微, 王 in 徴.",
    "候 has a short upright stroke in the middle.": "候 has a short vertical stroke in the middle.",
    "On the boat: 中 and 㠯 in 遣, 中 and 貝 in 遺.": "Above 辶: 中 and 㠯 in 遣, 中 and 貝 in 遺.",
    "The upright of q goes down, that of d up; that of a stays as high as its bowl.": (
        "The stem of q goes down and that of d up; the stem of a is only as tall as its bowl."
    ),
    "e has a line across.": "e has a horizontal line.",
    "h has a tall upright.": "h has a tall stem.",
    "u is round below; v is pointed.": "u is round at the bottom; v is pointed.",
}


def reword(apps, reasons):
    groups = apps.get_model("characters", "LookalikeGroup").objects
    for before, after in reasons.items():
        groups.filter(reason=before).update(reason=after, modified_at=timezone.now())


def forwards(apps, schema_editor):
    reword(apps, NEW_BY_OLD)


def backwards(apps, schema_editor):
    reword(apps, {new: old for old, new in NEW_BY_OLD.items()})


class Migration(migrations.Migration):
    dependencies = [("characters", "0007_plain_help_texts")]
    operations = [migrations.RunPython(forwards, backwards)]
