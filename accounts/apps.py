from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Connect all signal receivers of the app. Receivers of one signal run in the order of these lines."""
        from allauth.account.signals import password_changed, password_reset, password_set, user_signed_up
        from django.contrib.auth.signals import user_logged_in, user_logged_out

        from accounts.access import consents, middleware, preferences, roles
        from accounts.events import endings, webhooks
        from accounts.models import Export, Import, Token, User
        from accounts.models.exports import delete_file
        from accounts.practice import words
        from accounts.progress import tally
        from scoring.signals import changed, judged, line_scored, settled

        # Count before offering, so that the learner's own record is complete first.
        # Both receivers lock the learner before anything else.
        judged.connect(tally.count_score, dispatch_uid="accounts.progress.tally")
        judged.connect(consents.offer_good, dispatch_uid="accounts.access.consents")
        settled.connect(webhooks.store, dispatch_uid="accounts.events.webhooks")
        line_scored.connect(words.rate_word, dispatch_uid="accounts.practice.words")
        changed.connect(tally.count_changed, dispatch_uid="accounts.progress.tally")

        for signal in (user_signed_up, user_logged_in):
            signal.connect(preferences.adopt_browser, dispatch_uid="accounts.access.preferences")
        user_logged_out.connect(middleware.remember_signing_out, dispatch_uid="accounts.access.middleware")

        ends = "accounts.events.endings"
        post_delete.connect(endings.end_with_token, sender=Token, dispatch_uid=ends)
        user_logged_out.connect(endings.end_with_session, dispatch_uid=ends)
        post_save.connect(endings.end_with_account, sender=User, dispatch_uid=ends)
        for signal in (password_changed, password_reset, password_set):
            signal.connect(endings.end_with_password, dispatch_uid=ends)

        for model in (Export, Import):
            post_delete.connect(delete_file, sender=model, dispatch_uid=f"accounts.models.{model.__name__}")
        post_migrate.connect(roles.grant_permissions, sender=self, dispatch_uid="accounts.access.roles")
