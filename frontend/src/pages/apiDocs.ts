/** Swagger UI follows a class, the site what the device prefers; and some of what it opens has no name or no way in. */

import "../base.css";
import "./apiDocs.css";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

new MutationObserver(() => {
  for (const body of document.querySelectorAll("textarea:not([aria-label])"))
    body.setAttribute("aria-label", "Request body");
  for (const example of document.querySelectorAll("pre.example:not([tabindex]), .microlight:not([tabindex])"))
    example.setAttribute("tabindex", "0");
}).observe(document, { childList: true, subtree: true });
