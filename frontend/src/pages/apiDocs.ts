/**
 * Adapts Swagger UI on the page of the API's documentation: its dark mode follows the device, and elements that it leaves
 * without a name or out of the tab order get them.
 */

import "../base.css";
import "./apiDocs.css";

const dark = matchMedia("screen and (prefers-color-scheme: dark)");
const applyScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", applyScheme);
applyScheme();

new MutationObserver(() => {
  for (const body of document.querySelectorAll("textarea:not([aria-label])"))
    body.setAttribute("aria-label", "Request body");
  for (const choice of document.querySelectorAll(".examples-select-element:not([aria-label])"))
    choice.setAttribute("aria-label", "Example");
  for (const example of document.querySelectorAll("pre.example:not([tabindex]), .microlight:not([tabindex])"))
    example.setAttribute("tabindex", "0");
}).observe(document, { childList: true, subtree: true });
