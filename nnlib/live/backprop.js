// Backpropagation, seen: one update, moment by moment, as SVG text from numbers.
//
// A trace is what the engine's `trace` gives, or the library: {x, y, loss, output, sizes, layers},
// a layer {z, a, delta, weights, gradient, bias, bias_gradient}, matrices row by row. Nothing is
// computed here but sums, products and differences of these numbers.
//
// moments(traces) -> the list of moments; draw(traces, moment, options) -> SVG; said(…) -> a sentence.
// options: rate; mean: whether votes are averaged; night: whether the ground is dark.
// player(element, {trace, X, y, rate, mean, moment, sample}) puts a picture with buttons into an element;
// it begins with that moment of that sample.

const WIDE = 720, LEFT = 50, RIGHT = 150, TOP = 34;

// Four decimals, or two digits of what is small, with a true minus sign; 0 has no sign
function figure(x) {
  const size = Math.abs(x);
  if (!(size < Infinity)) return String(x);
  const text = size >= 10000 ? x.toFixed(0) : size && size < 0.0005 ? x.toExponential(1) : x.toFixed(4);
  return text.replaceAll("-", "−");
}

const signed = (x) => (x < 0 ? "" : "+") + figure(x);
const short = (x) => figure(x).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, ""); // 0.8000 is 0.8

function moments(traces) {
  const K = traces[0].layers.length, sizes = traces[0].sizes, all = [{ kind: "start", t: 0 }];
  for (let l = 1; l <= K; l++)
    for (let j = 0; j < sizes[l]; j++) all.push({ kind: "forward", t: 0, l, j });
  all.push({ kind: "loss", t: 0 }, { kind: "delta", t: 0, l: K, j: 0 });
  for (let l = K; l >= 1; l--) {
    for (let j = 0; j < sizes[l]; j++) all.push({ kind: "gradient", t: 0, l, j });
    for (let i = 0; l > 1 && i < sizes[l - 1]; i++) all.push({ kind: "delta", t: 0, l: l - 1, j: i });
  }
  for (let t = 1; t < traces.length; t++)
    all.push({ kind: "pass", t }, { kind: "back", t }, { kind: "vote", t });
  all.push({ kind: "step", t: traces.length - 1 });
  return all;
}

// The votes of the samples up to number t, added or averaged
function votes(traces, t, l, k, mean) {
  let sum = 0;
  for (let s = 0; s <= t; s++) sum += traces[s].layers[l - 1].gradient[k];
  return mean ? sum / (t + 1) : sum;
}

// What stands at this moment: units' values and δ of sample t, and which gradients
function known(traces, at) {
  const { t, kind } = at, sizes = traces[t].sizes, K = sizes.length - 1, done = { z: {}, delta: {}, gradient: {} };
  const fill = (map) => sizes.forEach((n, l) => {
    for (let j = 0; l && j < n; j++) map[`${l},${j}`] = true;
  });
  if (t > 0 || kind === "step") {
    fill(done.z);
    if (kind !== "pass") fill(done.delta), fill(done.gradient);
    done.loss = true;
    return done;
  }
  for (const m of moments([traces[0]])) {
    const key = `${m.l},${m.j}`;
    if (m.kind === "forward") done.z[key] = true;
    if (m.kind === "loss") done.loss = true;
    if (m.kind === "delta") done.delta[key] = true;
    if (m.kind === "gradient") done.gradient[key] = true;
    if (m.kind === at.kind && m.l === at.l && m.j === at.j) break;
  }
  return { ...done, K };
}

function places(sizes) {
  const K = sizes.length - 1, most = Math.max(...sizes);
  const gap = Math.max(24, Math.min(92, 560 / most)), radius = Math.min(24, 0.36 * gap); // δ has room below
  const height = TOP + gap * most + 30;
  const x = (l) => LEFT + (l * (WIDE - LEFT - RIGHT)) / K;
  const y = (l, j) => TOP + (gap * most) / 2 + (j - (sizes[l] - 1) / 2) * gap;
  return { gap, radius, height, x, y };
}

function written(x, y, size, anchor, color, text) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${size}" text-anchor="${anchor}" fill="${color}">${text}</text>`;
}

// A number on the paper, so that lines behind it do not disturb
function label(x, y, text, color, paper, size = 12) {
  const half = 0.3 * size * text.length + 2;
  return `<rect x="${(x - half).toFixed(1)}" y="${(y - 0.62 * size).toFixed(1)}" width="${(2 * half).toFixed(1)}" height="${(1.24 * size).toFixed(1)}" fill="${paper}"/>`
    + written(x, y + 0.36 * size, size, "middle", color, text);
}

// What stands on the edge to unit j of layer l from unit i at this moment; null: nothing
function onEdge(traces, at, l, j, i, { rate, mean }) {
  const { layers, sizes, x } = traces[at.t], k = j * sizes[l - 1] + i;
  const below = l > 1 ? layers[l - 2].a : x, w = layers[l - 1].weights[k];
  const few = sizes[l] * sizes[l - 1] <= 12;
  if (at.kind === "start") return few ? [w, figure(w)] : null;
  if (at.kind === "forward" && at.l === l && at.j === j) return [w * below[i], signed(w * below[i])];
  if (at.kind === "gradient" && at.l === l && at.j === j) {
    const g = layers[l - 1].gradient[k];
    return [g, signed(g)];
  }
  if (at.kind === "delta" && at.l === l - 1 && at.j === i) {
    const part = w * layers[l - 1].delta[j];
    return [part, signed(part)];
  }
  if (at.kind === "back" && few) {
    const g = layers[l - 1].gradient[k];
    return [g, signed(g)];
  }
  if (at.kind === "vote" && few) {
    const g = votes(traces, at.t, l, k, mean);
    return [g, signed(g)];
  }
  if (at.kind === "step" && few) {
    const step = -rate * votes(traces, at.t, l, k, mean);
    return [step, signed(step)];
  }
  return null;
}

function draw(traces, moment, options = {}) {
  const all = moments(traces), at = all[moment], trace = traces[at.t], { sizes, layers } = trace;
  const K = sizes.length - 1, { radius, height, x, y } = places(sizes), done = known(traces, at);
  const c = (name) => FACES[name][options.night ? 1 : 0], paper = c("WHITE");
  const faint = [], lines = [], labels = [], units = [], wide = radius >= 16;
  const many = layers.some((layer) => layer.weights.length > 40);
  let largest = 0;
  for (const layer of layers) for (const w of layer.weights) largest = Math.max(largest, Math.abs(w));
  for (let l = 1; l <= K; l++)
    for (let j = 0; j < sizes[l]; j++)
      for (let i = 0; i < sizes[l - 1]; i++) {
        const w = layers[l - 1].weights[j * sizes[l - 1] + i], told = onEdge(traces, at, l, j, i, options);
        const [x1, y1, x2, y2] = [x(l - 1), y(l - 1, i), x(l), y(l, j)];
        const value = told ? told[0] : w, color = told ? (value < 0 ? c("BLUE") : c("ORANGE")) : c(many ? "PALE" : "FAINT");
        const thick = 0.6 + (many && !told ? 0.6 : 2.4) * Math.min(1, Math.abs(w) / (largest || 1));
        (told ? lines : faint).push(`<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="${color}" stroke-width="${thick.toFixed(2)}"${told && value < 0 ? ' stroke-dasharray="6 3"' : ""}/>`);
        if (!told) continue;
        const out = at.kind === "delta", fan = at.kind === "forward" || at.kind === "gradient";
        const part = out ? 0.66 : fan ? 0.36 : 0.22 + (0.56 * (j + 0.5)) / sizes[l];
        labels.push(label(x1 + part * (x2 - x1), y1 + part * (y2 - y1), told[1], value < 0 ? c("BLUE") : c("ORANGE_TEXT"), paper, sizes[l] > 12 ? 9 : 12));
      }
  for (let l = 0; l <= K; l++)
    for (let j = 0; j < sizes[l]; j++) {
      const key = `${l},${j}`, here = at.l === l && at.j === j && at.kind !== "start";
      const value = l === 0 ? trace.x[j] : done.z[key] ? layers[l - 1].a[j] : null;
      const cx = x(l).toFixed(1), cy = y(l, j);
      units.push(`<circle cx="${cx}" cy="${cy.toFixed(1)}" r="${radius.toFixed(1)}" fill="${value === null ? paper : c("PALEST_BLUE")}" stroke="${here ? c("ORANGE") : c("AXES")}" stroke-width="${here ? 3 : 1}"/>`);
      if (value !== null && wide)
        units.push(written(x(l), cy + 4, radius > 22 ? 12 : 10, "middle", c("INK"), l ? figure(value) : short(value)));
      if (done.delta[key] && wide) {
        const delta = layers[l - 1].delta[j];
        labels.push(label(x(l), cy + radius + 8, `δ ${figure(delta)}`, delta < 0 ? c("BLUE") : c("ORANGE_TEXT"), paper, 11));
      }
    }
  const names = sizes.map((_, l) => (l === 0 ? "inputs" : l === K ? "output ŷ" : `layer ${l}`));
  const heads = names.map((name, l) => written(x(l), 16, 12, "middle", c("TICKS"), name));
  const end = WIDE - 52, middle = y(K, 0);
  const loss = `<line x1="${(x(K) + radius).toFixed(1)}" y1="${middle.toFixed(1)}" x2="${end - 38}" y2="${middle.toFixed(1)}" stroke="${c("FAINT")}"/>`
    + `<rect x="${end - 38}" y="${(middle - 24).toFixed(1)}" width="80" height="48" rx="4" fill="${paper}" stroke="${at.kind === "loss" ? c("ORANGE") : c("AXES")}" stroke-width="${at.kind === "loss" ? 3 : 1}"/>`
    + written(end + 2, middle - 5, 12, "middle", c("INK"), `label ${short(trace.y)}`)
    + written(end + 2, middle + 13, 12, "middle", c("INK"), done.loss ? `L ${figure(trace.loss)}` : "loss L");
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDE}" height="${height.toFixed(0)}" viewBox="0 0 ${WIDE} ${height.toFixed(0)}" font-family="system-ui, sans-serif">`
    + [...heads, ...faint, ...lines, loss, ...units, ...labels].join("") + "</svg>";
}

// A sum as it is read: its terms, up to four of them
function added(terms, sum) {
  return `${terms.length > 4 ? `the sum of ${terms.length} products` : terms.join(" + ")} = ${figure(sum)}`;
}

const bracketed = (x) => (x < 0 ? `(${figure(x)})` : figure(x));

// One sentence for the moment
function said(traces, moment, { rate, mean } = {}) {
  const { kind, t, l, j } = moments(traces)[moment], trace = traces[t], { sizes, layers } = trace;
  const K = sizes.length - 1, layer = layers[l - 1];
  const unit = l === K ? "The output" : `Unit ${j + 1} of layer ${l}`;
  const point = `(${[...trace.x].map(short).join(", ")}) with label ${short(trace.y)}`;
  if (kind === "start") return `The sample ${point}, before its forward pass. On the lines stand the weights.`;
  if (kind === "forward") {
    const below = l > 1 ? layers[l - 2].a : trace.x;
    const terms = Array.from(below, (a, i) => `${bracketed(layer.weights[j * sizes[l - 1] + i])} · ${bracketed(a)}`);
    if (layer.bias) terms.push(bracketed(layer.bias[j]));
    return `${unit} adds up: z = ${added(terms, layer.z[j])}. Its activation makes a = ${figure(layer.a[j])} of it.`;
  }
  if (kind === "loss") return `The output is ${figure(trace.output)}, the label ${short(trace.y)}: the loss is L = ${figure(trace.loss)}.`;
  if (kind === "delta" && l === K)
    return `Back: if the output's z grew by a little, the loss would change δ = ${figure(layer.delta[j])} times as much.`;
  if (kind === "delta") {
    const above = layers[l], parts = Array.from(above.delta, (d, k) => [above.weights[k * sizes[l] + j], d]);
    const sum = parts.reduce((all, [w, d]) => all + w * d, 0);
    const terms = parts.map(([w, d]) => `${bracketed(w)} · ${bracketed(d)}`);
    const slope = sum ? `, times the slope ${figure(layer.delta[j] / sum)} of its activation` : "";
    return `${unit} collects what it did to the loss: ${added(terms, sum)}${slope}: δ = ${figure(layer.delta[j])}.`;
  }
  if (kind === "gradient") {
    const bias = layer.bias ? ` Its bias has δ itself, ${figure(layer.bias_gradient[j])}.` : "";
    return `${unit}: each weight into it has the gradient δ times the number that came along it, δ = ${figure(layer.delta[j])}.${bias}`;
  }
  if (kind === "pass") return `Another sample, ${point}, goes through the same weights: L = ${figure(trace.loss)}.`;
  if (kind === "back") return `Its own δ and gradients: it may want some weights to go the other way.`;
  if (kind === "vote") return `The votes of ${t + 1} samples, ${mean ? "averaged" : "added"}, are the gradient of their batch.`;
  const bias = layers[0].bias ? " Biases do the same." : "";
  return `The step: every weight moves by −${short(rate)} times its gradient, as written on the lines.${bias}`;
}

// Whether the ground is dark: the text on it is light
function isNight(element) {
  const { color } = getComputedStyle(element.isConnected ? element : document.body);
  const [r, g, b] = color.match(/[\d.]+/g).map(Number);
  return r + g + b > 382;
}

// Call `again` when day and night change: by the system, by a choice on the page, by JupyterLab's theme
function eachNight(again) {
  let before = isNight(document.body);
  const look = () => {
    if (before === isNight(document.body)) return;
    before = !before;
    again();
  };
  const system = matchMedia("(prefers-color-scheme: dark)"), chosen = new MutationObserver(look);
  system.addEventListener("change", look);
  for (const element of [document.documentElement, document.body]) chosen.observe(element, { attributes: true });
  return () => {
    system.removeEventListener("change", look);
    chosen.disconnect();
  };
}

// A picture with buttons and keys in an element; `refresh()` when the network has changed, or the night
function player(element, { trace, X, y, rate, mean = false, moment = 0, sample = 0 }) {
  const make = (name, words = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(words)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const d = X.length / y.length, point = (i) => `${i + 1}: (${[...X.slice(d * i, d * i + d)].map(short).join(", ")}), ${short(y[i])}`;
  const box = make("div", { class: "nnb", role: "group", "aria-label": "Backpropagation, seen", "data-lm-suppress-shortcuts": "true" });
  const picture = make("div", { class: "nnb-picture", tabindex: "0", role: "group", "aria-label": "the network" });
  const words = make("p", { class: "nnb-words", role: "status", "aria-live": "polite" });
  const bar = make("div", { class: "nnb-bar" }), buttons = {};
  for (const [key, text, sign] of [["first", "to the start", "|◀"], ["back", "one moment back", "◀"], ["next", "next moment", "▶"], ["last", "to the step", "▶|"], ["play", "play slowly", "play"]]) {
    buttons[key] = make("button", { type: "button", "aria-label": text, title: text }, sign);
    bar.append(buttons[key]);
  }
  const choice = (text, none) => {
    const line = make("label", {}, `${text} `), list = make("select");
    if (none) list.append(make("option", { value: "" }, none));
    for (let i = 0; i < y.length; i++) list.append(make("option", { value: i }, point(i)));
    line.append(list);
    bar.append(line);
    return list;
  };
  const first = choice("sample"), second = choice("second sample", "none");
  first.value = sample;
  box.append(bar, picture, words);
  element.replaceChildren(box);
  let traces = [], now = moment, timer = null, asked = 0;
  const show = (to) => {
    const last = moments(traces).length - 1;
    now = Math.max(0, Math.min(last, to));
    picture.innerHTML = draw(traces, now, { rate, mean, night: isNight(element) });
    const svg = picture.firstChild;
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `Moment ${now + 1} of ${last + 1}`);
    svg.style.maxWidth = "100%";
    svg.style.minWidth = "560px"; // narrower pages scroll it: its numbers stay legible
    svg.style.height = "auto";
    const at = moments(traces)[now], layer = at.kind === "loss" ? traces[0].layers.length : at.l;
    if (layer) picture.scrollLeft = (places(traces[0].sizes).x(layer) / WIDE) * svg.clientWidth - 0.7 * picture.clientWidth;
    words.textContent = `${now + 1}/${last + 1}. ${said(traces, now, { rate, mean })}`;
    if (now === last) pause();
  };
  const plays = (text, name = text) => {
    buttons.play.textContent = text;
    buttons.play.setAttribute("aria-label", name);
    buttons.play.title = name;
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    plays("play", "play slowly");
  };
  const moves = { first: () => show(0), back: () => show(now - 1), next: () => show(now + 1), last: () => show(Infinity) };
  for (const [key, move] of Object.entries(moves)) buttons[key].addEventListener("click", () => { pause(); move(); });
  buttons.play.addEventListener("click", () => {
    if (timer) return pause();
    if (now === moments(traces).length - 1) show(0);
    plays("pause");
    timer = setInterval(() => (element.isConnected ? show(now + 1) : pause()), 1500);
  });
  const keys = { ArrowRight: moves.next, ArrowLeft: moves.back, Home: moves.first, End: moves.last };
  box.addEventListener("keydown", (event) => {
    if (!keys[event.key] || event.target.tagName === "SELECT") return;
    event.preventDefault();
    pause();
    keys[event.key]();
  });
  async function refresh() {
    const mine = ++asked, wanted = [Number(first.value)];
    if (second.value !== "") wanted.push(Number(second.value));
    const found = await Promise.all(wanted.map(trace));
    if (mine !== asked) return;
    const before = traces.length;
    traces = found;
    show(before && before < found.length ? moments(found.slice(0, 1)).length - 1 : now);
  }
  first.addEventListener("change", refresh);
  second.addEventListener("change", refresh);
  return { refresh, ready: refresh(), show, get moment() { return now; } };
}

// Players in every element of a page that holds traces of its own
function mount(root) {
  return [...root.querySelectorAll("[data-backprop]")].map((element) => {
    const { traces, ...options } = JSON.parse(element.querySelector("script").textContent);
    return player(element.querySelector("[data-player]"), { ...options, trace: async (i) => traces[i] });
  });
}
