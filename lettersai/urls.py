"""All URLs of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.utils.translation import gettext_lazy
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.access.api import TokenViewSet
from accounts.access.views import (
    ClaimView,
    PreferencesView,
    RevokeTokenView,
    SendMailAgainView,
    TokensView,
    choose_language,
)
from accounts.events.api import WebhookViewSet
from accounts.events.streams import EventsView
from accounts.events.views import WebhooksView, WebhookView
from accounts.practice.catalogue import PracticeView, practice_of
from accounts.practice.lists_api import ListViewSet
from accounts.practice.plan_api import PlanApiView
from accounts.practice.reviews_api import ReviewViewSet
from accounts.practice.sheets import LearnerSheetView
from accounts.practice.views import (
    FirstRunView,
    LessonView,
    ListsView,
    ListView,
    PlanView,
    SharedListView,
    StopRemindersView,
    WordsView,
    words_offline,
)
from accounts.practice.words_api import PastedTextView, WordViewSet
from accounts.progress.api import CharacterProgressApiView, ProgressApiView
from accounts.progress.views import (
    CharacterProgressView,
    ProgressView,
    StampsView,
    ThenAndNowView,
    TodayView,
    WallImageView,
    WallView,
)
from accounts.transfer.api import ExportFileView, ExportView, ImportView, MeView
from accounts.transfer.tables import MEDIA_TYPES, AttemptTableView, ProgressTableView, ScoreTableView
from accounts.transfer.views import DataView, DeleteAccountView
from characters.api import DUMP, CharacterViewSet, DumpView
from characters.sheets.api import SheetApiView
from characters.views import CatalogueView, CharacterView, ReportView
from lettersai.monitoring import health, metrics
from lettersai.schema import guide
from lettersai.schema.view import SchemaView
from scoring.api import AttemptViewSet
from scoring.attempt_pictures import AttemptPngView, AttemptSvgView
from scoring.challenges import CharacterOfTheDayView
from scoring.history import AttemptView, DeleteAttemptsView, HistoryView, LineView, RestoreAttemptsView
from scoring.lines.api import LineViewSet
from scoring.recognitions import RecognitionView
from scoring.sharing import SharedAttemptsView, SharedImageView, SharedView, ShareView
from scoring.views import no_connection, offline, write

admin.site.site_header = admin.site.site_title = "Letters-AI"
admin.site.index_title = gettext_lazy("Curation")
admin.site.index_template = "characters/admin/index.html"

router = SimpleRouter(use_regex_path=False)
router.register("attempts", AttemptViewSet, basename="attempt")
router.register("characters", CharacterViewSet, basename="api-character")
router.register("lines", LineViewSet, basename="line")
router.register("lists", ListViewSet, basename="api-list")
router.register("reviews", ReviewViewSet, basename="api-review")
router.register("webhooks", WebhookViewSet, basename="api-webhook")
router.register("words/text", PastedTextView, basename="api-pasted-text")
router.register("words", WordViewSet, basename="api-word")
router.register("tokens", TokenViewSet, basename="api-token")

tables = [
    path(f"{view.name}.{extension}", view.as_view(format=extension), name=f"{view.name}-{extension}")
    for view in (AttemptTableView, ScoreTableView, ProgressTableView)
    for extension in MEDIA_TYPES
]

api: list[URLPattern | URLResolver] = [
    path("", include(router.urls)),
    *tables,
    path("attempts/<uuid:pk>/picture.svg", AttemptSvgView.as_view(), name="attempt-svg"),
    path("attempts/<uuid:pk>/picture.png", AttemptPngView.as_view(), name="attempt-png"),
    path("events/", EventsView.as_view(), name="api-events"),
    path(DUMP, DumpView.as_view(), name="dump"),
    path("plan/", PlanApiView.as_view(), name="api-plan"),
    path("progress/", ProgressApiView.as_view(), name="api-progress"),
    path("progress/<str:literal>/", CharacterProgressApiView.as_view(), name="api-character-progress"),
    path("recognitions/", RecognitionView.as_view(), name="api-recognitions"),
    path("sheets/", SheetApiView.as_view(), name="api-sheet"),
    path("me/", MeView.as_view(), name="me"),
    path("me/export/", ExportView.as_view(), name="api-export"),
    path("me/export/file/", ExportFileView.as_view(), name="export-file"),
    path("me/import/", ImportView.as_view(), name="api-import"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("guide/", guide.GuideView.as_view(name="guide"), name="guide"),
    path("guide/examples/", guide.GuideView.as_view(name="guide-examples"), name="guide-examples"),
    path("guide/changes/", guide.GuideView.as_view(name="guide-changes"), name="guide-changes"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

handler400 = "scoring.errors.refused"
handler404 = "scoring.errors.missing"
handler500 = "scoring.errors.broken"

character_page = {"practice_of": practice_of, "template_name": "accounts/character.html"}

urlpatterns = [
    path("api/v1/", include(api)),  # first: Django tries one after the other
    path("", write, name="write"),
    path("offline/", offline, name="offline"),
    path("offline/words/", words_offline, name="words-offline"),
    path("offline/page/", no_connection, name="no-connection"),
    path("characters/", CatalogueView.as_view(practice_of=practice_of), name="characters"),
    path("characters/of-the-day/", CharacterOfTheDayView.as_view(), name="character-of-the-day"),
    path("characters/<str:literal>/", CharacterView.as_view(**character_page), name="character"),
    path("characters/<str:literal>/report/", ReportView.as_view(**character_page), name="report"),
    path("characters/<str:literal>/practice/", PracticeView.as_view(), name="practice"),
    path("start/", FirstRunView.as_view(), name="first-run"),
    path("sheets/", LearnerSheetView.as_view(), name="sheet"),
    path("plan/", PlanView.as_view(), name="plan"),
    path("lists/", ListsView.as_view(), name="lists"),
    path("lists/<int:pk>/", ListView.as_view(), name="list"),
    path("lists/shared/<slug:token>/", SharedListView.as_view(), name="shared-list"),
    path("reminders/stop/<str:token>/", StopRemindersView.as_view(), name="stop-reminders"),
    path("history/", HistoryView.as_view(), name="history"),
    path("history/forget/", DeleteAttemptsView.as_view(), name="delete-attempts"),
    path("history/restore/", RestoreAttemptsView.as_view(), name="restore"),
    path("history/shared/", SharedAttemptsView.as_view(), name="shared-attempts"),
    path("history/lines/<uuid:pk>/", LineView.as_view(), name="line"),
    path("history/<uuid:pk>/", AttemptView.as_view(), name="attempt"),
    path("history/<uuid:pk>/share/", ShareView.as_view(), name="share"),
    path("s/<slug:token>/", SharedView.as_view(), name="shared"),
    path("s/<slug:token>.png", SharedImageView.as_view(), name="shared-image"),
    path("lesson/", LessonView.as_view(), name="lesson"),
    path("words/", WordsView.as_view(), name="words"),
    path("today/", TodayView.as_view(), name="today"),
    path("progress/", ProgressView.as_view(), name="progress"),
    path("progress/wall/", WallView.as_view(), name="wall"),
    path("progress/wall.png", WallImageView.as_view(), name="wall-image"),
    path("progress/stamps/", StampsView.as_view(), name="stamps"),
    path("progress/then-and-now/", ThenAndNowView.as_view(), name="then-and-now"),
    path("progress/<str:literal>/", CharacterProgressView.as_view(), name="character-progress"),
    path("accounts/leave/", DeleteAccountView.as_view(), name="delete-account"),
    path("accounts/data/", DataView.as_view(), name="data"),
    path("accounts/claim/", ClaimView.as_view(), name="claim"),
    path("accounts/send-mail-again/", SendMailAgainView.as_view(), name="send-mail-again"),
    path("accounts/preferences/", PreferencesView.as_view(), name="preferences"),
    path("accounts/tokens/", TokensView.as_view(), name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", RevokeTokenView.as_view(), name="revoke-token"),
    path("accounts/webhooks/", WebhooksView.as_view(), name="webhooks"),
    path("accounts/webhooks/<int:pk>/", WebhookView.as_view(), name="webhook"),
    path("accounts/", include("allauth.urls")),
    path("language/", choose_language, name="language"),
    path("favicon.ico", RedirectView.as_view(url=static("favicon.ico"))),
    # Precedes the admin's own sign-in page, which has no second factor and no rate limit.
    path("admin/login/", secure_admin_login(RedirectView.as_view(pattern_name="admin:index"))),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("health/version", health.version, name="version"),
    path("metrics", metrics.metrics, name="metrics"),
]
