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

const WORDS = {
  en: { replay: "Replay", again: "Start again", undo: "Remove last stroke", clear: "Clear", pad: "Drawing pad", order: "Click the strokes in the order in which they are written" },
  ja: { replay: "再生", again: "はじめから", undo: "最後の一画を消す", clear: "すべて消す", pad: "書き込み欄", order: "書く順に画をクリックしてください" },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.en;

function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}

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
  paper.setAttribute("aria-label", words.pad);
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

  const tools = document.createElement("p");
  tools.append(
    button(words.undo, () => set(strokes().slice(0, -1))),
    button(words.clear, () => set([])),
  );
  pad.append(paper, tools);
  field.before(pad);
  show();
}

for (const field of document.querySelectorAll("textarea[data-pad]")) addPad(field);

// A picture of the reference below a field that holds a stroke order: a click on a stroke adds its number.
function addOrder(field) {
  const { paths, starts } = JSON.parse(field.dataset.strokes);
  const box = document.createElement("div");
  box.className = "order-pad";
  const hint = document.createElement("p");
  hint.textContent = words.order;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "-3 -3 115 115");
  picture.setAttribute("class", "drawing");
  picture.setAttribute("role", "img"); // without a pointer, the field takes the numbers
  picture.setAttribute("aria-label", words.order);
  const chosen = () => field.value.split(/[;；,、]/).map((text) => text.trim()).filter(Boolean);
  const show = () => {
    const order = chosen();
    for (const [index, stroke] of [...picture.querySelectorAll("g")].entries()) {
      const place = order.indexOf(String(index + 1)) + 1;
      stroke.classList.toggle("taken", place > 0);
      stroke.querySelector("text").textContent = place || "";
    }
  };
  const set = (order) => {
    field.value = order.join("; ");
    show();
  };
  const take = (number) => {
    if (!chosen().includes(number)) set([...chosen(), number]);
  };
  for (const [index, d] of paths.entries()) {
    const number = String(index + 1);
    const stroke = document.createElementNS(SVG, "g");
    for (const name of ["target", "line"]) {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", name);
      path.setAttribute("d", d);
      stroke.append(path);
    }
    const label = document.createElementNS(SVG, "text");
    label.setAttribute("x", starts[index][0]);
    label.setAttribute("y", starts[index][1]);
    stroke.append(label);
    stroke.addEventListener("click", () => take(number));
    picture.append(stroke);
  }
  box.append(hint, picture, button(words.undo, () => set(chosen().slice(0, -1))), button(words.again, () => set([])));
  field.after(box);
  field.addEventListener("input", show);
  show();
}

// The hidden row from which Django makes new ones gets its picture when it has been made.
for (const field of document.querySelectorAll("input[data-strokes]")) if (!field.name.includes("__prefix__")) addOrder(field);
document.addEventListener("formset:added", (event) => {
  for (const field of event.target.querySelectorAll("input[data-strokes]")) addOrder(field);
});

// A button that draws the strokes of a picture one after the other.
for (const picture of document.querySelectorAll("svg[data-replay]")) {
  const replay = () => {
    let start = 0;
    for (const path of picture.querySelectorAll("path")) {
      const length = path.getTotalLength();
      const duration = 200 + 8 * length;
      path.animate([{ strokeDasharray: `0 ${length + 10}` }, { strokeDasharray: `${length} ${length + 10}` }], {
        delay: start,
        duration,
        fill: "backwards",
      });
      start += duration + 150;
    }
  };
  const box = document.createElement("div");
  box.className = "replay";
  picture.before(box);
  box.append(picture, button(words.replay, replay));
}
