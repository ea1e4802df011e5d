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

// A drawing pad above a field that holds strokes as text: "x,y x,y;x,y x,y".
const SVG = "http://www.w3.org/2000/svg";
/** Least distance between two points of a drawn stroke, in the unit of the text. */
const APART = 15;

function addPad(field) {
  const side = Number(field.dataset.pad);
  const pad = document.createElement("div");
  pad.className = "pad";
  const paper = document.createElementNS(SVG, "svg");
  paper.setAttribute("viewBox", `0 0 ${side} ${side}`);
  paper.setAttribute("class", "drawing");
  paper.setAttribute("role", "img");
  paper.setAttribute("aria-label", "Drawing pad");
  const below = document.createElementNS(SVG, "path");
  below.setAttribute("class", "below");
  below.setAttribute("transform", "scale(10)");
  below.setAttribute("d", field.dataset.reference ?? "");
  const drawn = document.createElementNS(SVG, "g");
  paper.append(below, drawn);
  let stroke = null;

  const strokes = () => field.value.split(";").map((text) => text.trim()).filter(Boolean);
  const show = () => {
    const shown = strokes().map((text, index) => {
      const line = document.createElementNS(SVG, "polyline");
      line.setAttribute("points", text);
      const number = document.createElementNS(SVG, "text");
      const [x, y] = text.split(" ")[0].split(",");
      number.setAttribute("x", x);
      number.setAttribute("y", y);
      number.textContent = String(index + 1);
      return [line, number];
    });
    drawn.replaceChildren(...shown.flat());
  };
  const set = (all) => {
    field.value = all.join(";");
    show();
  };
  const point = (event) => {
    const box = paper.getBoundingClientRect();
    const within = (value) => Math.round(Math.min(Math.max(value, 0), 1) * side);
    return [within((event.clientX - box.left) / box.width), within((event.clientY - box.top) / box.height)];
  };
  paper.addEventListener("pointerdown", (event) => {
    if (stroke || event.button > 0) return;
    paper.setPointerCapture(event.pointerId);
    stroke = { id: event.pointerId, points: [point(event)], before: strokes() };
  });
  paper.addEventListener("pointermove", (event) => {
    if (stroke?.id !== event.pointerId) return;
    const next = point(event);
    const last = stroke.points.at(-1);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < APART) return;
    stroke.points.push(next);
    set([...stroke.before, stroke.points.join(" ")]);
  });
  const end = (event) => {
    if (stroke?.id !== event.pointerId) return;
    set([...stroke.before, stroke.points.join(" ")]);
    stroke = null;
  };
  paper.addEventListener("pointerup", end);
  paper.addEventListener("pointercancel", end);
  field.addEventListener("input", show);

  const button = (label, action) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    made.textContent = label;
    made.addEventListener("click", action);
    return made;
  };
  const tools = document.createElement("p");
  tools.append(
    button("Remove last stroke", () => set(strokes().slice(0, -1))),
    button("Clear", () => set([])),
  );
  pad.append(paper, tools);
  field.before(pad);
  show();
}

for (const field of document.querySelectorAll("textarea[data-pad]")) addPad(field);
