"""The guide to the API: files of docs/ as pages of the site, beside the reference."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rest_framework.renderers import TemplateHTMLRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

#: By URL name of a page: its file in docs/, and its title.
PAGES: dict[str, tuple[str, Promise]] = {
    "guide": ("api.md", _("API guide")),
    "guide-examples": ("api-examples.md", _("API examples")),
    "guide-changes": ("api-changelog.md", _("API changes")),
}
#: The guide links to two PDF files of docs/. On the site, the links ask `sheets/` for them, with these parameters.
_SHEETS = {
    "practice-sheet.pdf": "characters=日月火水木金土山川田",
    "manuscript-paper.pdf": "kind=manuscript&characters=「おはよう。」と言いました。",
}


@extend_schema(exclude=True)
class GuideView(APIView):
    """A page of the guide."""

    renderer_classes = [TemplateHTMLRenderer]
    name = "guide"

    def get(self, request: Request) -> Response:
        file, title = PAGES[self.name]
        return Response({"title": title, "text": html(file)}, template_name="guide.html")


@cache
def html(file: str) -> SafeString:
    """A Markdown file of docs/ as HTML, whose headings have ids and whose links lead to pages of the site."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for kind, rule in {"table_open": _table, "table_close": _table_end, "fence": _code, "code_block": _code}.items():
        markdown.add_render_rule(kind, rule)
    tokens = markdown.parse((settings.BASE_DIR / "docs" / file).read_text("utf-8"))
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(following.content))
        for part in token.children or ():
            if part.type == "link_open":
                part.attrSet("href", address(str(part.attrs["href"])))
    return mark_safe(markdown.renderer.render(tokens, markdown.options, {}))  # noqa: S308 - no HTML comes through


def _code(_renderer: Any, tokens: Sequence[Token], number: int, *_: Any) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[number].content)}</code></pre>\n'  # scrolls, also with keys


def _table(*_: Any) -> str:
    return '<div class="guide-table" tabindex="0"><table>'


def _table_end(*_: Any) -> str:
    return "</table></div>"


def anchor(heading: str) -> str:
    """The id of a heading, as sites that show Markdown files make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def address(link: str) -> str:
    """The address on the site for a link in a file of docs/."""
    file, hash_sign, place = link.partition("#")
    if file in _SHEETS:
        return f"{reverse('api-sheet')}?{quote(_SHEETS[file], '=&')}"
    page = {source: name for name, (source, _title) in PAGES.items()}.get(file)
    return f"{reverse(page)}{hash_sign}{place}" if page else link
