"""The forms of the plan and of lists."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import CharacterList, Plan
from accounts.models.plan import Order
from accounts.models.sets import GROUPS, CharacterSet
from characters.catalogue import split_known
from characters.models import Character

#: Longest text from which a list's characters are picked, in form and API.
MAX_LIST_TEXT = 20_000


#: Minutes of practice a day that the first run offers.
MINUTES = (5, 10, 15, 20, 30)
#: The choice of one's own characters instead of a set.
OWN = "own"
#: Most characters that a guest can choose, since the lesson's address names them.
MOST_OF_GUEST = 50


class FirstRunForm(forms.Form):
    """What to practise and how many minutes a day: a set, or characters that become a list."""

    what = forms.ChoiceField(
        choices=[*CharacterSet.choices, (OWN, gettext_lazy("My own characters"))],
        label=gettext_lazy("What to practise"),
    )
    characters = forms.CharField(
        label=pgettext_lazy("of a list", "Characters"),
        max_length=MAX_LIST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "lang": "ja", "spellcheck": "false"}),
        help_text=gettext_lazy("Type characters or paste any text. Each character is added once, in this order."),
    )
    minutes = forms.TypedChoiceField(
        choices=[(minutes, str(minutes)) for minutes in MINUTES],
        coerce=int,
        label=gettext_lazy("Minutes a day"),
        required=False,
        empty_value=10,  # type: ignore[arg-type] # the stubs want text
    )

    def groups(self) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
        """The sets by kind, for the template: heading, and each set's value, label and whether it is chosen."""
        chosen = self["what"].value()
        return [(heading, [(one.value, one.label, one.value == chosen) for one in sets]) for heading, sets in GROUPS]

    def clean(self) -> dict[str, Any]:
        """Reduce `characters` to those of the catalogue; there must be some if they are chosen."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("what") == OWN:
            known, _unknown = split_known(cleaned.get("characters", ""))
            cleaned["characters"] = known
            if not known:
                self.add_error("characters", _("This text contains none of the 3,175 characters."))
            elif len(known) > CharacterList.MOST_CHARACTERS:
                most = number_format(CharacterList.MOST_CHARACTERS)
                many = _("A list can have at most %(most)s characters.") % {"most": most}
                self.add_error("characters", many)
        return cleaned

    def keep(self, plan: Plan) -> None:
        """Save the choice as `plan`. Raises ValidationError if the learner can't have another list."""
        if self.cleaned_data["what"] == OWN:
            own = CharacterList(user=plan.user, name=_("My characters"), characters=self.cleaned_data["characters"])
            plan.order, plan.list = Order.LIST, own.copy_for(plan.user)
        else:
            plan.character_set = self.cleaned_data["what"]
            if plan.order == Order.LIST:
                plan.order = Order.GRADE
        plan.set_minutes(self.cleaned_data["minutes"])
        plan.keep()


class PlanForm(forms.ModelForm):
    scripts = forms.MultipleChoiceField(
        choices=Character.Script.choices,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Scripts"),
        help_text=gettext_lazy("If you choose a list or a set, all its characters are used, whatever is ticked here."),
    )
    reminds_at = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, label=gettext_lazy("At")
    )

    class Meta:
        model = Plan
        fields = ["daily_goal", "new_per_day", "order", "character_set", "list", "scripts", "reminds", "reminds_at"]
        labels = {
            "daily_goal": gettext_lazy("Attempts a day"),
            "new_per_day": gettext_lazy("New characters a day"),
            "order": gettext_lazy("Order of new characters"),
            "character_set": gettext_lazy("Set of new characters"),
            "list": gettext_lazy("The list"),
            "reminds": gettext_lazy("Email me on days when I haven’t reached my goal"),
        }
        help_texts = {
            "daily_goal": gettext_lazy(
                "Your daily goal; lower on days that offer less to practise. Every attempt counts, in lessons or not."
            ),
            "new_per_day": gettext_lazy("Enter 0 to review only the characters that you have started."),
            "order": "",
            "character_set": "",
            "reminds": "",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = cast(forms.TypedChoiceField, self.fields["character_set"])
        sets.choices = [
            ("", pgettext("set of characters", "None")),
            *((heading, [(one.value, one.label) for one in among]) for heading, among in GROUPS),
        ]
        own_lists = cast(forms.ModelChoiceField, self.fields["list"])
        own_lists.queryset = self.instance.user.lists.all()
        own_lists.empty_label = pgettext("list of characters", "None")


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
