// The panel's picture: numbers in, SVG text out, and nothing else. One program draws it in pages,
// in JupyterLab, and in quickjs for what notebooks store and for paper: so it calls nothing whose
// last bits differ between engines (no exp, log, pow, sin), and rounds what it writes.
//
// `shown` holds what is drawn:
//   square [low x1, low x2, side]; steps: places of the grid along a side; field: the output (the last
//   pre-activation where `logits`) at each place, row by row from the top
//   sizes, weights (each layer's, row by row), units (hidden layers' maps, COARSE places a side)
//   X, y, wrong: the training points, flat, their labels, and which of them the network gets wrong
//   title; total epochs; curve {epochs, loss}; before (the same) or null; band {epochs,
//   losses (a row for each other seed)} or null; loss, reduction: their names; cursor: epoch or null
//   table [{name, accuracy, loss}]; note; label: the whole in words
const nnPicture = (() => {
  const { INK, GRAY, FAINT, PALE, WHITE, BLUE, ORANGE, GREEN, PALE_BLUE } = COLORS.names;
  const LOGITS = [-2.197224577336219, -0.8472978603872036, 0, 0.8472978603872034, 2.1972245773362196];
  const SHARES = [0.1, 0.3, 0.5, 0.7, 0.9];
  const FINE = 10; // steps a unit: whole numbers inside a box are short
  const BOX = { left: 34, top: 28, side: 304, width: 352, height: 354 };
  const NET = { left: 22, top: 46, right: 404, bottom: 346, width: 440, height: 354 };
  const CURVE = { left: 46, top: 32, width: 530, height: 146 };
  const TABLE = { left: 8, right: 252, width: 264, height: 146 };
  const MOST = 10, SIZE = 28, COARSE = 9; // units drawn of a layer, the side of a map, its places
  const WIDTHS = [0.4, 0.9, 1.5, 2.2, 3], CUTS = [0.02, 0.1, 0.3, 0.5, 0.75];
  const FLAT = 1e-3, DECADES = 8;

  // The loss of the best constant output, in the history's units; null where the labels are alike
  function constant({ loss, reduction, y }) {
    const n = y.length, p = Array.from(y).reduce((sum, v) => sum + v, 0) / n, ln = (v) => 2.302585092994046 * log10(v);
    if (p === 0 || p === 1) return null;
    const each = loss.startsWith("squared") ? p * (1 - p) : -p * ln(p) - (1 - p) * ln(1 - p);
    return (loss.endsWith("half") ? each / 2 : each) * (reduction === "sum" ? n : 1);
  }

  // Text

  const n1 = (x) => `${Math.round(x * 10) / 10 + 0}`;
  const escape = (t) => String(t).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const text = (x, y, words, size = 12, anchor = "start", color = INK, bold = false) =>
    `<text x="${n1(x)}" y="${n1(y)}" font-size="${size}" text-anchor="${anchor}" fill="${color}"${bold ? ' font-weight="bold"' : ""}>${escape(words)}</text>`;
  const rectangle = (x, y, w, h, fill) => `<rect x="${n1(x)}" y="${n1(y)}" width="${n1(w)}" height="${n1(h)}" fill="${fill}"/>`;
  const line = (x1, y1, x2, y2, color, width = 1, dash = "") =>
    `<path d="M${n1(x1)} ${n1(y1)}L${n1(x2)} ${n1(y2)}" stroke="${color}" stroke-width="${width}"${dash && ` stroke-dasharray="${dash}"`}/>`;

  const whole = (k) => String(k).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const plural = (count, word) => `${whole(count)} ${word}${count === 1 ? "" : "s"}`;
  const raised = (k) => [...String(k)].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("");

  // A number to three figures, without an exponent where it is readable
  function short(value) {
    if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "no number";
    const size = Math.abs(value), sign = value < 0 ? "−" : "";
    if (value !== 0 && !(size >= 1e-4 && size < 1e4)) {
      const [digits, exponent] = size.toExponential(1).split("e");
      return `${sign}${digits}·10${raised(Number(exponent))}`;
    }
    return sign + (size < 1 ? size.toFixed(4) : String(Number(size.toPrecision(4))));
  }
  const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)}\u00a0%` : "no number");

  // The decimal logarithm by its series: a picture needs few digits, and the same ones everywhere
  function log10(x) {
    let k = 0;
    while (x >= 10) { x /= 10; k++; }
    while (x < 1) { x *= 10; k--; }
    let root = x, halved = 1; // x between 1 and 10: its eighth root is near 1
    for (; halved < 8; halved *= 2) root = Math.sqrt(root);
    const t = (root - 1) / (root + 1), t2 = t * t;
    return k + (2 * halved * t * (1 + t2 * (1 / 3 + t2 * (1 / 5 + t2 * (1 / 7 + t2 / 9))))) / 2.302585092994046;
  }

  // Paths

  // Commands through points of whole numbers; what is nearly on the line between its neighbors goes
  function trail(points) {
    let [x, y] = points[0], commands = `M${x} ${y}`, mark = "l";
    for (let i = 1; i < points.length; i++) {
      const [x1, y1] = points[i], [x2, y2] = points[Math.min(i + 1, points.length - 1)];
      const dx = x1 - x, dy = y1 - y, wide = x2 - x, high = y2 - y;
      if (2 * Math.abs(dx * high - dy * wide) > Math.max(Math.abs(wide), Math.abs(high)) || (x1 === x2 && y1 === y2)) {
        if (dx === 0 && dy === 0) continue;
        commands += `${mark}${dx} ${dy}`;
        x = x1; y = y1; mark = " ";
      }
    }
    return commands;
  }
  const tenths = (points) => points.map(([x, y]) => [Math.round(FINE * x), Math.round(FINE * y)]);

  // A line, interrupted where a point is no finite number
  function polyline(points, color, width) {
    const runs = [[]];
    for (const p of points) (Number.isFinite(p[1]) ? runs.at(-1) : (runs.push([]), [])).push(p);
    const d = runs.filter((run) => run.length).map((run) => trail(tenths(run))).join("");
    return d && `<path transform="scale(.1)" d="${d}" stroke="${color}" stroke-width="${n1(FINE * width)}" fill="none" stroke-linejoin="round"/>`;
  }

  function extremes(values) {
    let low = Infinity, high = -Infinity;
    for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
    return [low, high];
  }

  // A square map in bands between thresholds, each painted over the lower ones so that no seam shows
  function landscape(values, steps, x, y, side, thresholds, colors, boundary = null) {
    const [min, max] = extremes(values);
    const low = thresholds.filter((t) => t <= min).length, high = thresholds.filter((t) => t < max).length;
    const ground = rectangle(x, y, side, side, colors[low]);
    if (low >= high) return ground;
    // The library has a value at the middle of each cell, and closes rings half a cell further out.
    const contours = nnContours().size([steps, steps]), cells = steps - 1, last = Math.round(FINE * side);
    const placed = (ring) => ring.map((point) => point.map((v) => Math.min(last, Math.max(0, Math.round((FINE * side * (v - 0.5)) / cells)))));
    const rings = (t) => contours.contour(values, t).coordinates.flat();
    let parts = "";
    for (let k = low; k < high; k++) {
      const d = rings(thresholds[k]).map((ring) => trail(placed(ring).slice(0, -1)) + "z").join("");
      parts += `<path d="${d}" fill="${colors[k + 1]}"/>`;
    }
    if (boundary !== null && min < boundary && boundary < max) {
      const d = rings(boundary).flatMap((ring) => inside(placed(ring), last)).map(trail).join("");
      parts += `<path d="${d}" stroke="${INK}" stroke-width="16" fill="none" stroke-linejoin="round"/>`;
    }
    return `${ground}<g transform="translate(${n1(x)} ${n1(y)}) scale(.1)">${parts}</g>`;
  }

  // The pieces of a ring that do not run along the square's edge
  function inside(ring, last) {
    const edge = ([x, y]) => x === 0 || y === 0 || x === last || y === last;
    const runs = [];
    let run = [];
    ring.forEach((point, i) => {
      if (i && edge(point) && edge(ring[i - 1])) { runs.push(run); run = []; }
      run.push(point);
    });
    runs.push(run);
    if (runs.length > 1 && !edge(ring[0])) runs[0] = [...runs.pop(), ...runs[0].slice(1)]; // the ring began in the middle of a piece
    return runs.filter((r) => r.length > 1);
  }

  // The boundary

  const clean = (values, usual) => Array.from(values, (v) => (Number.isNaN(v) ? usual : Math.min(1e9, Math.max(-1e9, v))));

  function heights(shown) {
    return shown.logits ? [clean(shown.field, 0), LOGITS] : [clean(shown.field, 0.5), SHARES];
  }
  const bands = (shown) => (shown.classes ? COLORS.classes : COLORS.bands);
  function output(shown, x, y, side, line) {
    const [values, thresholds] = heights(shown);
    const cuts = shown.classes ? [thresholds[2]] : thresholds;
    return landscape(values, shown.steps, x, y, side, cuts, bands(shown), line ? thresholds[2] : null);
  }

  function boundary(shown) {
    const { left, top, side } = BOX, [x, y, width] = shown.square;
    const circle = (r) => `a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    const shapes = [[-4.2, 0, circle(4.2)], [0, -5, "l4.6 8.4h-9.2z"]];
    const marks = ["", ""];
    let rings = "";
    for (let i = 0; i < shown.y.length; i++) {
      const a = ((shown.X[2 * i] - x) / width) * side, b = side - ((shown.X[2 * i + 1] - y) / width) * side;
      const label = shown.y[i] ? 1 : 0, [dx, dy, shape] = shapes[label];
      marks[label] += `M${n1(a + dx)} ${n1(b + dy)}${shape}`;
      if (shown.wrong[i]) rings += `M${n1(a - 7)} ${n1(b)}${circle(7)}`;
    }
    const points = marks.map((d, i) => d && `<path d="${d}" fill="${i ? ORANGE : BLUE}" stroke="${WHITE}" stroke-width=".9"/>`);
    return [
      text(left, 17, "Decision boundary", 12, "start", INK, true), text(left + side, 17, shown.title, 12, "end"),
      output(shown, left, top, side, true),
      `<svg x="${left}" y="${top}" width="${side}" height="${side}">`, ...points,
      rings && `<path d="${rings}" fill="none" stroke="${INK}" stroke-width="1.2"/>`, "</svg>", ...ticks(shown.square),
    ].join("");
  }

  // The axes of the square; 0, ½ and 1 where it is the usual one
  function ticks([x, y, width]) {
    const { left, top, side } = BOX, usual = width < 2, parts = [];
    for (const spot of usual ? [0, 0.5, 1] : [x + 0.1 * width, x + 0.9 * width]) {
      const up = usual ? spot : spot - x + y, words = (v) => String(Number(v.toPrecision(3))).replace("-", "−");
      parts.push(text(left + ((spot - x) / width) * side, top + side + 14, words(spot), 11, "middle", GRAY));
      parts.push(text(left - 5, top + side - ((up - y) / width) * side + 4, words(up), 11, "end", GRAY));
    }
    return [...parts, text(left + 0.7 * side, top + side + 14, "x₁", 12, "middle"), text(left - 5, top + 0.3 * side + 4, "x₂", 12, "end")];
  }

  // The network

  // The left top corner of each map that is drawn, for each layer
  function positions(sizes) {
    const { left, top, right, bottom } = NET;
    return sizes.map((size, l) => {
      const count = Math.min(size, MOST), x = left + ((right - SIZE - left) * l) / (sizes.length - 1);
      const pitch = Math.min((bottom - top) / count, SIZE + 14);
      const y = (top + bottom - pitch * count + pitch - SIZE) / 2;
      return Array.from({ length: count }, (_, k) => [Math.round(10 * x) / 10, Math.round(10 * (y + pitch * k)) / 10]);
    });
  }

  // How wide a weight's line is: 0 for none; `largest` is the layer's
  function strength(weight, largest) {
    const share = Math.abs(weight) / largest;
    return Number.isNaN(share) ? 0 : CUTS.filter((cut) => cut < share).length;
  }

  function weights(shown, places, l) {
    const W = shown.weights[l - 1], d = shown.sizes[l - 1];
    let largest = 0;
    for (const w of W) largest = Math.max(largest, Math.abs(w));
    const paths = new Map();
    places[l].forEach(([x2, y2], j) => places[l - 1].forEach(([x1, y1], i) => {
      const w = W[j * d + i], kind = strength(w, largest) * (w < 0 ? -1 : 1);
      if (kind) paths.set(kind, `${paths.get(kind) ?? ""}M${n1(x1 + SIZE)} ${n1(y1 + SIZE / 2)}L${n1(x2)} ${n1(y2 + SIZE / 2)}`);
    }));
    const kinds = [...paths.keys()].sort((a, b) => a - b);
    return `<g stroke-opacity=".55">${kinds.map((k) => `<path d="${paths.get(k)}" stroke="${k < 0 ? BLUE : ORANGE}" stroke-width="${WIDTHS[Math.abs(k) - 1]}"/>`).join("")}</g>`;
  }

  // The map of one unit on its own scale; gray where it is the same everywhere
  function unit(values, steps, x, y, side) {
    const own = clean(values, 0);
    const [low, high] = extremes(own);
    if (high - low < FLAT) return rectangle(x, y, side, side, PALE);
    const cuts = [1, 2, 3, 4].map((k) => low + ((high - low) * k) / 5);
    return landscape(own, steps, x, y, side, cuts, COLORS.shades);
  }

  function inputs(square, steps) {
    const [low1, low2, side] = square, at = (k) => (k / (steps - 1)) * side;
    return [0, 1].map((which) => Array.from({ length: steps * steps }, (_, k) =>
      which ? low2 + side - at(Math.floor(k / steps)) : low1 + at(k % steps)));
  }

  function network(shown) {
    const places = positions(shown.sizes), last = places.length - 1, [ox, oy] = places[last][0];
    const parts = [text(NET.left - 16, 17, "The network, and what each unit sees", 12, "start", INK, true)];
    parts.push(line(280, 13, 298, 13, BLUE, 2.2), text(303, 17, "negative", 11, "start", GRAY));
    parts.push(line(362, 13, 380, 13, ORANGE, 2.2), text(385, 17, "positive", 11, "start", GRAY));
    for (let l = 1; l <= last; l++) parts.push(weights(shown, places, l));
    const maps = [inputs(shown.square, COARSE), ...shown.units];
    for (let l = 0; l < last; l++) places[l].forEach(([x, y], k) => parts.push(unit(maps[l][k], COARSE, x, y, SIZE)));
    parts.push(output(shown, ox, oy, SIZE, false));
    const frames = places.flat().map(([x, y]) => `M${n1(x)} ${n1(y)}h${SIZE}v${SIZE}h${-SIZE}z`).join("");
    parts.push(`<path d="${frames}" stroke="${GRAY}"/>`);
    places[0].forEach(([x, y], k) => parts.push(text(x - 5, y + SIZE / 2 + 4, ["x₁", "x₂"][k], 12, "end")));
    parts.push(text(ox + SIZE + 5, oy + SIZE / 2 + 4, "ŷ", 12));
    shown.sizes.slice(1, -1).forEach((size, l) => {
      const words = size > MOST ? `${MOST} of ${size}` : plural(size, "unit"), [x, y] = places[l + 1][0];
      parts.push(text(x + SIZE / 2, y - 6, words, 11, "middle", GRAY));
    });
    return parts.join("");
  }

  // One unit, enlarged: its values over the square, with the points on it
  function enlarged(values, steps, classes = null) {
    const side = 200;
    const map = classes ? output({ ...classes, field: values, steps }, 0, 0, side, true) : unit(values, steps, 0, 0, side);
    return svg(map, side, side, "");
  }

  // The curve

  function quantiles(band, rows) {
    return [0.05, 0.5, 0.95].map((q) => Array.from({ length: rows }, (_, k) => {
      const sorted = Float64Array.from(band, (losses) => losses[k]).sort(), place = q * (sorted.length - 1), below = Math.floor(place);
      const low = sorted[below], high = sorted[Math.min(below + 1, sorted.length - 1)];
      return place === below || low === high ? low : low + (place - below) * (high - low);
    }));
  }

  // The powers of ten between which all curves lie, whole so that small changes do not show
  function limits(shown, middle, level) {
    const values = [...shown.curve.loss, ...(shown.before?.loss ?? []), ...middle.flat(), level].filter((v) => v > 0 && Number.isFinite(v));
    if (!values.length) return [-1, 1];
    let min = Infinity, max = 0;
    for (const v of values) { min = Math.min(min, v); max = Math.max(max, v); }
    const high = Math.ceil(log10(max) + 1e-9);
    return [Math.max(Math.floor(log10(min) + 1e-9), high - DECADES), high];
  }

  function nice(epochs) {
    const power = Number(`1e${String(epochs).length - 1}`);
    const step = [power / 5, power / 2, power, 2 * power].find((s) => s >= 1 && Number.isInteger(s) && epochs <= 6 * s) ?? 1;
    return Array.from({ length: Math.floor(epochs / step) + 1 }, (_, k) => k * step).filter((e) => e <= 0.85 * epochs);
  }

  // On a narrow page the picture is narrower, and its legend has more lines
  function curve(shown, width = CURVE.width) {
    const level = constant(shown), [entries, more] = legend(shown, level, width - 18);
    const left = CURVE.left, right = width - 18, top = CURVE.top + more, bottom = top + 88;
    const middle = shown.band ? quantiles(shown.band.losses, shown.band.epochs.length) : [];
    const [low, high] = limits(shown, middle, level);
    const height = (v) => bottom - (bottom - top) * Math.min(1, Math.max(0, ((v === Infinity ? 1e3 : v > 0 ? log10(v) : -1e3) - low) / (high - low)));
    const at = (v) => (Number.isNaN(v) ? NaN : height(v));
    const across = (e) => left + (right - left) * Math.min(e / shown.total, 1);
    const drawn = (c, color, width) => polyline(c.epochs.map((e, i) => [across(e), at(c.loss[i])]).filter((_, i) => c.epochs[i] <= shown.total), color, width);
    const names = { "-2": "0.01", "-1": "0.1", 0: "1", 1: "10", 2: "100", 3: "1000" };
    const parts = [text(left - 12, 12, "Loss", 12, "start", INK, true)];
    for (let power = low; power <= high; power += Math.ceil((high - low) / 4)) {
      const y = bottom - ((bottom - top) * (power - low)) / (high - low);
      parts.push(line(left, y, right, y, PALE), text(left - 5, y + 4, names[power] ?? `10${raised(power)}`, 11, "end", GRAY));
    }
    for (const epoch of nice(shown.total)) parts.push(text(across(epoch), bottom + 15, whole(epoch), 11, "middle", GRAY));
    parts.push(text(right, bottom + 15, "epochs", 11, "end", GRAY));
    if (level) parts.push(line(left, height(level), right, height(level), GRAY, 1, "5 4"));
    if (shown.band) {
      const edge = (q) => q.map((v, i) => [across(shown.band.epochs[i]), at(v)]);
      const outline = [...edge(middle[2]), ...edge(middle[0]).reverse()];
      parts.push(`<path transform="scale(.1)" d="${trail(tenths(outline))}z" fill="${BLUE}" fill-opacity=".2"/>`, polyline(edge(middle[1]), BLUE, 1.3));
    }
    if (shown.before) parts.push(drawn(shown.before, GREEN, 1.4));
    parts.push(drawn(shown.curve, INK, 1.8));
    if (shown.cursor !== null) parts.push(line(across(shown.cursor), top, across(shown.cursor), bottom, INK, 1, "2 2"));
    return [parts.join(""), entries].join("");
  }

  // What each line is, from left to right; and how much higher than one line that is
  function legend(shown, level, right) {
    const parts = [], begin = CURVE.left + 34;
    let x = begin, y = 8;
    const entry = (there, width, words, mark) => {
      if (!there) return;
      if (x + 21 + width > right) { x = begin; y += 16; }
      parts.push(mark(), text(x + 21, y + 4, words, 11));
      x += 31 + width;
    };
    const stroke = (...look) => line(x, y, x + 16, y, ...look);
    entry(true, 46, "this run", () => stroke(INK, 1.8));
    entry(shown.before, 40, "before", () => stroke(GREEN, 1.4));
    entry(level, 78, "best constant", () => stroke(GRAY, 1, "5 4"));
    entry(shown.band, 170, `${shown.band?.losses.length} other seeds: median, 5–95 %`, () => rectangle(x, y - 5, 16, 10, PALE_BLUE) + stroke(BLUE, 1.3));
    return [parts.join(""), y - 8];
  }

  // The numbers, for paper; pages have them as a table

  function numbers(shown) {
    const { left, right } = TABLE, middle = right - 84;
    const parts = [text(left, 31, "points", 11.5, "start", GRAY), text(middle, 31, "accuracy", 11.5, "end", GRAY), text(right, 31, "loss per point", 11.5, "end", GRAY), line(left, 38, right, 38, FAINT)];
    shown.table.forEach(({ name, accuracy, loss }, k) => {
      const y = 58 + 24 * k;
      parts.push(text(left, y, name, 13), text(middle, y, percent(accuracy), 14, "end", INK, true), text(right, y, short(loss), 14, "end", INK, true));
    });
    return parts.join("") + (shown.note ? text(left, 60 + 24 * shown.table.length, shown.note, 11.5, "start", GRAY) : "");
  }

  // The whole

  const svg = (inner, width, height, attributes) =>
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ${attributes} font-family="system-ui, sans-serif" fill="none">${inner}</svg>`;

  const PARTS = { boundary: [boundary, BOX], network: [network, NET], curve: [curve, CURVE], numbers: [numbers, TABLE] };

  // The dark face of every color
  function atNight(text) {
    return text.replace(/#[0-9a-f]{6}\b/g, (color) => {
      const c = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255);
      return "#" + COLORS.night.map(([r, g, b, shift]) => {
        const v = Math.min(1, Math.max(0, r * c[0] + g * c[1] + b * c[2] + shift));
        return Math.round(255 * v).toString(16).padStart(2, "0");
      }).join("");
    });
  }

  // One part of the picture by its name, for pages
  function part(name, shown, night = false, narrow = false) {
    const [draw, size] = PARTS[name], slim = narrow && name === "curve", width = slim ? 380 : size.width, height = size.height + (slim ? 16 : 0);
    const text = svg(draw(shown, width), width, height, 'width="100%" aria-hidden="true"');
    return night ? atNight(text) : text;
  }

  // JSON has no infinity: such numbers come as words
  const WORDS = { NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity };
  function numbered(value) {
    if (Array.isArray(value)) return value.map((v) => (typeof v === "number" ? v : numbered(v)));
    if (value === null || typeof value !== "object") return WORDS[value] ?? value;
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, numbered(v)]));
  }

  // All of it in one, for notebooks and paper
  function picture(shown, attributes = 'width="800" height="500"') {
    shown = numbered(shown);
    const places = { boundary: [0, 0], network: [360, 0], curve: [0, 354], numbers: [536, 354] };
    const inner = Object.entries(places).map(([name, [x, y]]) => `<g transform="translate(${x} ${y})">${PARTS[name][0](shown)}</g>`);
    return svg(rectangle(0, 0, 800, 500, WHITE) + inner.join(""), 800, 500, `${attributes} role="img" aria-label="${escape(shown.label)}"`);
  }

  return { picture, part, enlarged, extremes, atNight, positions, short, percent, plural, whole, log10, nice, quantiles, constant, trail, landscape, numbered, BOX, NET, CURVE, SIZE, MOST, COARSE };
})();
