"""The forms of the plan and of lists."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import CharacterList, Plan
from characters.models import Character
from characters.spelling import split_known

#: Longest text from which a list's characters are picked, in form and API.
MAX_LIST_TEXT = 20_000


class PlanForm(forms.ModelForm):
    scripts = forms.MultipleChoiceField(
        choices=Character.Script.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Scripts"),
        help_text=gettext_lazy("If you choose a list, all its characters are used, whatever is ticked here."),
    )
    reminds_at = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, label=gettext_lazy("At")
    )

    class Meta:
        model = Plan
        fields = ["daily_goal", "new_per_day", "order", "list", "scripts", "reminds", "reminds_at"]
        labels = {
            "daily_goal": gettext_lazy("Attempts a day"),
            "new_per_day": gettext_lazy("New characters a day"),
            "order": gettext_lazy("Order of new characters"),
            "list": gettext_lazy("The list"),
            "reminds": gettext_lazy("E-mail me on days when I haven’t reached my goal"),
        }
        help_texts = {
            "daily_goal": gettext_lazy("Your daily goal. Every attempt counts, in lessons or not."),
            "new_per_day": gettext_lazy("Enter 0 to review only the characters that you have started."),
            "order": "",
            "reminds": "",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own_lists = cast(forms.ModelChoiceField, self.fields["list"])
        own_lists.queryset = self.instance.user.lists.all()
        own_lists.empty_label = _("None")


class ListForm(forms.ModelForm):
    characters = forms.CharField(
        label=pgettext_lazy("of a list", "Characters"),
        max_length=MAX_LIST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "lang": "ja", "spellcheck": "false"}),
        help_text=gettext_lazy("Type characters or paste any text. Each character is added once, in this order."),
    )

    class Meta:
        model = CharacterList
        fields = ["name", "characters"]
        labels = {"name": gettext_lazy("Name")}

    def clean_characters(self) -> str:
        """The catalogue's characters in the text. `unknown` gets the other letters and digits."""
        known, self.unknown = split_known(self.cleaned_data["characters"])
        if not known:
            raise ValidationError(_("This text contains none of the 3,175 characters."), "required")
        return known

    def keep(self) -> bool:
        """Save the list. False, with the errors in the form, when it is not valid."""
        if not self.is_valid():
            return False
        try:
            self.instance.keep()
        except ValidationError as error:
            self.add_error(None, error)
            return False
        return True
