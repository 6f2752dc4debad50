// The tuning panel on the page: it shows the picture and the controls, and sends what is turned.
// One message is on its way at a time; what is turned meanwhile is kept, the newest value of each
// control, and sent when the answer is there: nothing queues up, and the last value always arrives.

const PATIENCE = 5000; // ms without an answer after which the next message is sent anyway
const STEP = 90; // ms between the epochs of a playback

let views = 0;

const FOCUSED = ["input", "select", "button", "code"];

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  // JupyterLab's shortcuts ask the focused element itself whether it wants its keys.
  if (FOCUSED.includes(tag)) element.dataset.lmSuppressShortcuts = "true";
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Messages

function sender(model, lost) {
  const me = `${Date.now()}-${views++}`;
  let queue = [], waiting = null, since = 0, count = 0;

  function flush() {
    if (!queue.length || (waiting && performance.now() - since < PATIENCE)) return;
    waiting = `${me}-${count++}`;
    since = performance.now();
    try {
      model.send({ ...queue.shift(), serial: waiting });
    } catch { // the kernel that made the panel is gone
      queue = [];
      waiting = null;
      lost();
    }
  }
  return {
    send(message) {
      const last = queue.at(-1);
      if (last?.do === message.do && message.do === "set") Object.assign(last.with[0], message.with[0]);
      else if (last?.do === message.do && message.do === "scrub") last.with = message.with;
      else queue.push(message);
      flush();
    },
    answered(serial) {
      if (serial === waiting) waiting = null;
      flush();
    },
    get busy() { return waiting !== null || queue.length > 0; },
  };
}

// Controls: each gives its row, and a function that shows a value.

function list(spec, id, turned) {
  const input = make("select", { id });
  spec.options.forEach((o, i) => input.append(make("option", { value: i }, spec.texts[i])));
  input.addEventListener("change", () => turned(spec.options[input.value]));
  const show = (value) => { input.value = spec.options.indexOf(value); };
  return { parts: [input], wide: true, show };
}

function slider(spec, id, turned) {
  let options = spec.options, texts = spec.texts;
  const input = make("input", { id, type: "range", min: 0, step: 1 });
  const output = make("output", { for: id });
  function say() {
    output.textContent = input.disabled ? "–" : texts[input.value];
    input.setAttribute("aria-valuetext", output.textContent);
  }
  input.addEventListener("input", () => { say(); turned(options[input.value]); });
  function show(value, now) {
    ({ options, texts } = now);
    input.max = options.length - 1;
    input.disabled = value === null;
    if (value !== null) input.value = options.indexOf(value);
    say();
  }
  return { parts: [input, output], show };
}

function number(label, turned, id) {
  const input = make("input", { type: "number", min: 0, step: 1, ...(id ? { id } : { "aria-label": label }) });
  let edited = false;
  input.addEventListener("input", () => { edited = true; });
  function commit() {
    if (edited) turned();
    edited = false;
  }
  input.addEventListener("change", commit);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") commit(); });
  const show = (value) => { if (!edited) input.value = value; };
  return { input, show, get value() { return input.value === "" ? null : Number(input.value); } };
}

function one(spec, id, turned) {
  const field = number(spec.label, () => turned(field.value), id);
  return { parts: [field.input], wide: true, show: field.show };
}

function several(spec, id, turned) {
  const box = make("span", { class: "nnp-several", role: "group", "aria-labelledby": `${id}-label` });
  const fields = [1, 2, 3, 4].map((l) =>
    number(`units of hidden layer ${l}`, () => turned(shown().map((f) => f.value))));
  const shown = () => fields.filter((f) => f.input.isConnected);
  function show(values) {
    fields.forEach((field, i) => {
      if (i >= values.length) field.input.remove();
      else if (!field.input.isConnected || field.input.parentNode !== box) box.append(field.input);
      if (i < values.length) field.show(values[i]);
    });
  }
  return { parts: [box], wide: true, show, unlabelled: true };
}

function flag(spec, id, turned) {
  const input = make("input", { id, type: "checkbox" });
  input.addEventListener("change", () => turned(input.checked));
  return { parts: [input], wide: true, show: (value) => { input.checked = value; } };
}

const KINDS = { list, slider, number: one, numbers: several, flag };

function controls(model, me, send) {
  const form = make("div", { class: "nnp-controls" });
  const groups = new Map(), all = new Map();
  for (const spec of model.get("controls")) {
    if (!groups.has(spec.group)) {
      groups.set(spec.group, make("fieldset", {}, make("legend", {}, spec.group)));
      form.append(groups.get(spec.group));
    }
    const id = `${me}-${spec.name}`;
    const control = KINDS[spec.kind](spec, id, (value) => send({ do: "set", with: [{ [spec.name]: value }] }));
    const label = make(control.unlabelled ? "span" : "label",
      { class: "nnp-label", ...(control.unlabelled ? { id: `${id}-label` } : { for: id }) }, spec.label);
    const row = make("div", { class: control.wide ? "nnp-row nnp-wide" : "nnp-row", "data-name": spec.name }, label, ...control.parts);
    groups.get(spec.group).append(row);
    all.set(spec.name, control);
  }
  function show(values) {
    for (const spec of model.get("controls")) all.get(spec.name).show(values[spec.name], spec);
  }
  return { form, groups, show };
}

// What a click into the picture adds.

function pen(me) {
  const group = make("div", { class: "nnp-row nnp-pen", role: "radiogroup", "aria-label": "a click adds" });
  group.append(make("span", { class: "nnp-label" }, "click adds"));
  const inputs = ["●", "▲"].map((sign, label) => {
    const input = make("input", { type: "radio", name: `${me}-pen`, id: `${me}-pen-${label}`, "aria-label": `class ${label}` });
    input.checked = label === 1;
    group.append(make("label", { class: `nnp-class-${label}` }, input, sign));
    return input;
  });
  return { group, get label() { return inputs[1].checked ? 1 : 0; } };
}

// Points without a mouse: arrow keys move a cross over the square, Enter is a click there.

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };

function aiming(frame, field, click) {
  const cross = make("div", { class: "nnp-aim", hidden: "" });
  const at = [0.5, 0.5];
  frame.append(cross);
  function show() {
    const box = field()?.getBoundingClientRect(), around = frame.getBoundingClientRect();
    if (!box) return;
    cross.hidden = false;
    cross.style.left = `${box.left - around.left + at[0] * box.width}px`;
    cross.style.top = `${box.bottom - around.top - at[1] * box.height}px`;
  }
  frame.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (event.key === "Enter") click(...at);
    else if (!move) return;
    else move.forEach((by, i) => { at[i] = Math.min(1, Math.max(0, at[i] + by / (event.shiftKey ? 10 : 48))); });
    event.preventDefault();
    show();
  });
  frame.addEventListener("blur", () => { cross.hidden = true; });
}

function button(text, title, action) {
  const element = make("button", { type: "button", title }, text);
  element.addEventListener("click", action);
  return element;
}

// Playback

function playback(me, queue) {
  let epochs = [0], timer = null;
  const input = make("input", { type: "range", min: 0, step: 1, id: `${me}-epoch`, class: "nnp-scrubber" });
  const output = make("output", { for: input.id });
  const play = button("▶", "Play the training back", () => (timer ? stop() : start()));
  play.setAttribute("aria-label", "Play");
  function say() {
    output.textContent = epochs[input.value].toLocaleString("en-US").replaceAll(",", "\u202f");
    input.setAttribute("aria-valuetext", `epoch ${output.textContent}`);
  }
  function go(index) {
    input.value = index;
    say();
    queue.send({ do: "scrub", with: [index] });
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "▶";
    play.setAttribute("aria-label", "Play");
  }
  function start() {
    if (Number(input.value) === epochs.length - 1) go(0);
    timer = setInterval(() => {
      if (queue.busy) return;
      const next = Number(input.value) + 1;
      if (next < epochs.length) go(next);
      else stop();
    }, STEP);
    play.textContent = "❚❚";
    play.setAttribute("aria-label", "Pause");
  }
  input.addEventListener("input", () => { stop(); go(Number(input.value)); });
  function show(state) {
    epochs = state.epochs;
    input.max = epochs.length - 1;
    input.value = state.index;
    say();
  }
  const label = make("label", { for: input.id }, "epoch");
  return { parts: [play, label, input, output], show, stop };
}

// The panel

function render({ model, el }) {
  const me = `nnp-${Date.now()}-${views++}`;
  const queue = sender(model, () => {
    root.classList.remove("nnp-working");
    bar.hidden = halt.disabled = true;
    status.textContent = "";
    alert.hidden = false;
    alert.textContent = "The kernel has been restarted. Run this cell again.";
  });
  const panel = controls(model, me, (message) => { tape.stop(); queue.send(message); });
  const marker = pen(me), tape = playback(me, queue);
  panel.groups.get("Data").append(marker.group);

  const picture = make("div", { class: "nnp-picture" });
  const bar = make("progress", { max: 1, "aria-label": "training" });
  const status = make("p", { class: "nnp-status", role: "status", "aria-live": "polite" });
  const alert = make("p", { class: "nnp-error", role: "alert" });
  const text = make("code", { tabindex: 0, "aria-label": "this panel as Python" });
  const act = (name, ...values) => () => { tape.stop(); queue.send({ do: name, with: values }); };
  const same = button("Same start", "Keep these first weights and this curve, to compare with", () =>
    act("same", same.getAttribute("aria-pressed") !== "true")());
  const halt = button("Stop", "End the training where it is", () => model.send({ do: "stop" }));
  const reset = button("Reset", "Back to what the panel began with", act("reset"));
  const copy = button("Copy", "Copy this panel as Python", async () => {
    try {
      await navigator.clipboard.writeText(model.get("state").code);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    } catch { // the browser does not let us: the reader copies what is selected
      getSelection().selectAllChildren(text);
    }
  });
  const frame = make("div", {
    class: "nnp-frame", tabindex: 0, role: "group", "data-lm-suppress-shortcuts": "true",
    "aria-label": "points: arrow keys move a cross, Enter adds a point or takes it away",
  }, picture, bar);
  const main = make("div", { class: "nnp-main" },
    frame,
    make("div", { class: "nnp-bar" }, ...tape.parts, same, halt, reset),
    status, alert,
    make("div", { class: "nnp-line" }, text, copy));
  const root = make("div", { class: "nnp" },
    make("div", { class: "nnp-panel" }, panel.form, main));
  el.append(root);

  function showPicture() { picture.innerHTML = model.get("picture"); }

  function showState() {
    const state = model.get("state");
    queue.answered(state.serial);
    const working = state.progress !== null;
    if (!queue.busy) {
      panel.show(state.values);
      tape.show(state);
    }
    root.classList.toggle("nnp-working", working);
    bar.hidden = !working;
    if (working) bar.value = state.progress;
    halt.disabled = !working;
    same.setAttribute("aria-pressed", state.same);
    status.textContent = working ? `Training … ${Math.round(100 * state.progress)} %` : `${state.status} ${state.note}`;
    alert.textContent = state.error;
    alert.hidden = !state.error;
    text.textContent = state.line;
  }

  const field = () => picture.querySelector(".nnp-field");
  const click = (right, up) => act("click", right, up, marker.label)();
  picture.addEventListener("click", (event) => {
    if (event.target !== field()) return;
    const box = event.target.getBoundingClientRect();
    click((event.clientX - box.left) / box.width, (box.bottom - event.clientY) / box.height);
  });
  aiming(frame, field, click);

  showPicture();
  showState();
  model.send({ do: "here" });
  model.on("change:picture", showPicture);
  model.on("change:state", showState);
  return () => {
    tape.stop();
    model.off("change:picture", showPicture);
    model.off("change:state", showState);
    model.send({ do: "gone" });
  };
}

export default { render };
