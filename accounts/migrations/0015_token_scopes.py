"""Tokens keep what they may do, now that each scope is split by subject."""

from django.db import migrations

#: The new scopes that cover what each former scope also allowed.
ADDED = {
    "write:attempts": ["share", "write:lists", "write:plan"],
    "read:history": ["read:lists", "read:plan", "read:account"],
}
FORMER = ["write:attempts", "read:history", "read:catalogue"]


def split(apps, schema_editor):
    change(apps, lambda scopes: [*scopes, *(new for old in scopes for new in ADDED.get(old, []))])


def merge(apps, schema_editor):
    """A token that had only new scopes may do nothing: the former ones would allow it more."""
    change(apps, lambda scopes: [scope for scope in scopes if scope in FORMER])


def change(apps, to):
    Token = apps.get_model("accounts", "Token")
    for token in Token.objects.only("scopes").iterator(chunk_size=500):
        Token.objects.filter(pk=token.pk).update(scopes=to(token.scopes))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_word_reviews'),
    ]

    operations = [
        migrations.RunPython(split, merge),
    ]
