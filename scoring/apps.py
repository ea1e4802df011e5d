from celery.signals import worker_process_init
from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class ScoringConfig(AppConfig):
    name = "scoring"
    verbose_name = _("Scoring")

    def ready(self) -> None:
        from scoring import checks, events, names, worker
        from scoring.models import Attempt
        from scoring.models.attempts import delete_exemplar
        from scoring.signals import settled

        register(checks.model_bundle)
        register(checks.whole_model_bundle, "start", deploy=True)
        post_delete.connect(delete_exemplar, sender=Attempt)
        settled.connect(events.tell, dispatch_uid="scoring.events")
        worker_process_init.connect(worker.load_model)
        names.translate()
