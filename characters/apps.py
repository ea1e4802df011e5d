from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CharactersConfig(AppConfig):
    name = "characters"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from characters.admin.names import translate

        translate()
