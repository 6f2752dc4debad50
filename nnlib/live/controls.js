// What a panel is put together from: elements, and the controls of CONTROLS.

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  // JupyterLab's shortcuts ask the focused element itself whether it wants its keys.
  if (["input", "select", "button", "code"].includes(tag)) element.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function button(text, title, action) {
  const element = make("button", { type: "button", title }, text);
  element.addEventListener("click", action);
  return element;
}

// Controls: each gives its parts, and a function that shows a value

const worded = (value) => (typeof value === "number" ? (Number.isInteger(value) ? whole(value) : String(value)) : value);

function list(spec, id, turned) {
  const input = make("select", { id }, ...spec.options.map((o) => make("option", { value: o }, worded(o))));
  input.addEventListener("change", () => turned(input.value));
  return { parts: [input], show: (value) => { input.value = value; } };
}

function slider(spec, id, turned) {
  let options = spec.options;
  const input = make("input", { id, type: "range", min: 0, step: 1 }), output = make("output", { for: id });
  function say() {
    output.textContent = input.disabled ? "–" : worded(options[input.value]);
    input.setAttribute("aria-valuetext", output.textContent);
  }
  input.addEventListener("input", () => { say(); turned(options[input.value]); });
  function show(value) {
    const size = (o) => (o === "all" ? Infinity : o);
    options = value === null || spec.options.includes(value) ? spec.options : [...spec.options, value].sort((a, b) => size(a) - size(b));
    input.max = options.length - 1;
    input.disabled = value === null;
    if (value !== null) input.value = options.indexOf(value);
    say();
  }
  return { parts: [input, output], show };
}

function field(attributes, turned) {
  const input = make("input", { type: "number", min: 0, step: 1, ...attributes });
  let edited = false;
  const commit = () => { if (edited) { edited = false; turned(); } };
  input.addEventListener("input", () => { edited = true; });
  input.addEventListener("change", commit);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); commit(); } });
  return {
    input, show(value) { if (!edited) input.value = value; },
    get value() { return input.value === "" ? null : Number(input.value); },
  };
}

function number(spec, id, turned) {
  const one = field({ id }, () => turned(one.value));
  return { parts: [one.input], show: one.show };
}

function numbers(spec, id, turned) {
  const box = make("span", { class: "nnl-several", role: "group", "aria-labelledby": `${id}-label` });
  const fields = [1, 2, 3, 4].map((l) => field({ "aria-label": `units of hidden layer ${l}`, min: 1 }, () =>
    turned(fields.filter((f) => f.input.isConnected).map((f) => f.value))));
  function show(values) {
    fields.forEach((f, i) => {
      if (i >= values.length) return f.input.remove();
      if (f.input.parentNode !== box) box.append(f.input);
      f.show(values[i]);
    });
  }
  return { parts: [box], show, unlabelled: true };
}

function flag(spec, id, turned) {
  const input = make("input", { id, type: "checkbox" });
  input.addEventListener("change", () => turned(input.checked));
  return { parts: [input], show: (value) => { input.checked = value; } };
}

const KINDS = { list, slider, number, numbers, flag };

function row(spec, id, turned) {
  const control = KINDS[spec.kind](spec, id, turned);
  const label = make(control.unlabelled ? "span" : "label", { class: "nnl-label", [control.unlabelled ? "id" : "for"]: control.unlabelled ? `${id}-label` : id }, spec.label);
  return { ...control, row: make("div", { class: `nnl-row nnl-${spec.kind}`, "data-name": spec.name }, label, ...control.parts) };
}
