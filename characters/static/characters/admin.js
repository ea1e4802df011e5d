// Accessible names for elements that Django's widgets leave without one.
function nameAll() {
  for (const choice of document.querySelectorAll(".admin-autocomplete")) {
    const name = choice.labels[0]?.textContent.trim() ?? "";
    const shown = choice.nextElementSibling?.querySelectorAll("[role=combobox], [role=textbox]") ?? [];
    for (const part of shown) part.setAttribute("aria-label", name);
  }
  for (const hint of document.querySelectorAll("span.help-tooltip[aria-label]")) hint.setAttribute("role", "img");
  for (const heading of document.querySelectorAll("th.original:empty")) {
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = "Row";
    heading.append(name);
  }
  const search = document.querySelector("#searchbar");
  search?.setAttribute("aria-label", search.labels[0].querySelector("img").alt);
}

// Runs after the scripts that create the widgets.
addEventListener("load", () => (window.django?.jQuery ? window.django.jQuery(nameAll) : nameAll()));
