"""Every URL the site answers."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import SimpleRouter

from accounts.preferences import PreferencesView, choose_language
from accounts.tokens import RevokeView, TokensView, TokenViewSet
from accounts.views import ClaimView, LeaveView
from characters.api import DUMP, CharacterViewSet, DumpView
from lettersai import health, metrics
from scoring.catalogue import OwnCatalogueView, OwnCharacterView, OwnReportView
from scoring.history import ForgetView, HistoryView, WritingView
from scoring.views import AttemptViewSet, write

admin.site.site_header = admin.site.site_title = "Letters-AI"
admin.site.index_title = "Curation"

router = SimpleRouter(use_regex_path=False)
router.register("attempts", AttemptViewSet, basename="attempt")
router.register("characters", CharacterViewSet, basename="api-character")
router.register("tokens", TokenViewSet, basename="api-token")

api: list[URLPattern | URLResolver] = [
    path("", include(router.urls)),
    path(DUMP, DumpView.as_view(), name="dump"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

urlpatterns = [
    path("", write, name="write"),
    path("characters/", OwnCatalogueView.as_view(), name="characters"),
    path("characters/<str:literal>/", OwnCharacterView.as_view(), name="character"),
    path("characters/<str:literal>/report/", OwnReportView.as_view(), name="report"),
    path("history/", HistoryView.as_view(), name="history"),
    path("history/forget/", ForgetView.as_view(), name="forget"),
    path("history/<uuid:pk>/", WritingView.as_view(), name="writing"),
    path("accounts/leave/", LeaveView.as_view(), name="leave"),
    path("accounts/claim/", ClaimView.as_view(), name="claim"),
    path("accounts/preferences/", PreferencesView.as_view(), name="preferences"),
    path("accounts/tokens/", TokensView.as_view(), name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", RevokeView.as_view(), name="revoke-token"),
    path("accounts/", include("allauth.urls")),
    path("language/", choose_language, name="language"),
    path("favicon.ico", RedirectView.as_view(url=static("favicon.ico"))),
    path("api/v1/", include(api)),
    path("admin/", admin.site.urls),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("health/version", health.version, name="version"),
    path("metrics", metrics.metrics, name="metrics"),
]
