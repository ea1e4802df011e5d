"""Every URL the site answers."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from characters.api import DUMP, CharacterViewSet, DumpView
from scoring.views import AttemptViewSet, write

router = SimpleRouter(use_regex_path=False)
router.register("attempts", AttemptViewSet, basename="attempt")
router.register("characters", CharacterViewSet, basename="api-character")

api: list[URLPattern | URLResolver] = [
    path("", include(router.urls)),
    path(DUMP, DumpView.as_view(), name="dump"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
]

urlpatterns = [
    path("", write, name="write"),
    path("favicon.ico", RedirectView.as_view(url=static("favicon.ico"))),
    path("api/v1/", include(api)),
    path("admin/", admin.site.urls),
]
