// What is set in a panel, as plain JSON {recipe, seed, noise, start, weights}: how a control changes
// it, the address and the line of Python that stand for it. CONTROLS is the table in settings.json.
const nnSettings = (() => {
  const OWN = "own points", MOST_POINTS = 100;
  const BY_NAME = new Map(CONTROLS.map((control) => [control.name, control]));
  const LIMITS = BY_NAME.get("units");
  const copy = (value) => JSON.parse(JSON.stringify(value));
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

  const own = (recipe) => !Array.isArray(recipe.data) && typeof recipe.data === "object";
  const set = (recipe) => (own(recipe) ? OWN : typeof recipe.data === "string" ? recipe.data : recipe.data[0]);

  // What each control shows; null where there is nothing to set
  function values({ recipe, seed, noise }) {
    const hidden = recipe.sizes.slice(1, -1);
    return {
      data: set(recipe), noise: own(recipe) ? null : (noise ?? DEFAULTS.noise[set(recipe)]), seed,
      layers: hidden.length, units: hidden, activation: recipe.activations[0], init: recipe.init, bias: recipe.bias,
      optimizer: recipe.optimizer.name, lr: recipe.lr, schedule: recipe.schedule, batch_size: recipe.batch_size, epochs: recipe.epochs,
    };
  }

  // Changes

  function said(value) {
    if (typeof value === "string") return `'${value}'`;
    if (Array.isArray(value)) return `[${value.map(said).join(", ")}]`;
    return value === true ? "True" : value === false ? "False" : value === null || value === undefined ? "None" : String(value);
  }
  const wrong = (name, value, allowed) => new RangeError(`${name} is ${said(value)}; it must be ${allowed}`);

  function integer(name, value, minimum, maximum) {
    if (!Number.isInteger(value) || value < minimum) throw wrong(name, value, `a whole number, at least ${minimum}`);
    if (value > maximum) throw wrong(name, value, `at most ${maximum}`);
    return value;
  }

  function real(name, value, { minimum, above, maximum }) {
    const fits = typeof value === "number" && Number.isFinite(value) && value <= maximum && !(value < minimum) && !(value <= above);
    if (!fits) throw wrong(name, value, above === undefined ? `a number, at least ${minimum}` : `a number, more than ${above}`);
    return value;
  }

  // A value of a control, or an error in one sentence
  function checked(name, value) {
    const control = BY_NAME.get(name);
    if (!control) throw new TypeError(`'${name}' is no control; there are ${[...BY_NAME.keys()].join(", ")}`);
    if (control.kind === "list" && !control.options.includes(value)) throw wrong(name, value, `one of ${control.options.map(said).join(", ")}`);
    if (control.kind === "flag" && typeof value !== "boolean") throw wrong(name, value, "True or False");
    if (name === "noise" || name === "lr") return real(name, value, control);
    if (name === "layers") return integer(name, value, 1, LIMITS.layers);
    if (name === "units") return widths(value);
    if (name === "batch_size" && value === "all") return value;
    if (control.minimum !== undefined && name !== "units") return integer(name, value, control.minimum, control.maximum);
    return value;
  }

  function widths(hidden) {
    if (!Array.isArray(hidden) || hidden.length < 1 || hidden.length > LIMITS.layers) throw wrong("units", hidden, `1 to ${LIMITS.layers} whole numbers, such as [10, 10]`);
    hidden.forEach((width, i) => integer(`units[${i}]`, width, 1, LIMITS.maximum));
    const sizes = [2, ...hidden, 1], count = sizes.slice(1).reduce((sum, width, l) => sum + width * sizes[l], 0);
    if (count > LIMITS.parameters) throw new RangeError(`units is ${said(hidden)}, ${count} weights; the panel trains up to ${LIMITS.parameters}`);
    return hidden;
  }

  function withHidden(recipe, hidden) {
    const names = recipe.activations;
    recipe.sizes = [2, ...hidden, 1];
    recipe.activations = [...hidden.map(() => names[0]), names.at(-1)];
  }

  // The settings with one control turned. `first` are those that the panel began with; `points` are
  // the points that are shown, {X, y} flat, which "own points" begins with.
  function changed(settings, name, value, first, points = null) {
    value = checked(name, value);
    const made = copy(settings), recipe = made.recipe, before = recipe.sizes;
    if (name === "seed") made.seed = value;
    else if (name === "noise") {
      if (own(recipe)) throw new RangeError(`noise is ${value}; your own points have none`);
      made.noise = value === DEFAULTS.noise[set(recipe)] ? null : value;
    } else if (name === "data") {
      made.noise = null;
      if (value !== OWN) recipe.data = value;
      else if (!own(recipe)) recipe.data = rounded(points);
    } else if (name === "layers") {
      const hidden = recipe.sizes.slice(1, -1);
      while (hidden.length < value) hidden.push(hidden.at(-1));
      withHidden(recipe, widths(hidden.slice(0, value)));
    } else if (name === "units") withHidden(recipe, value);
    else if (name === "activation") recipe.activations = recipe.activations.map((last, l, all) => (l < all.length - 1 ? value : last));
    else if (name === "optimizer") recipe.optimizer = first.recipe.optimizer.name === value ? first.recipe.optimizer : { name: value, ...DEFAULTS.optimizers[value] };
    else recipe[name] = value;
    if (!same(recipe.sizes, before)) made.weights = []; // its edges are no longer there
    return made;
  }

  const three = (x) => Math.round(1000 * x) / 1000 + 0;
  function rounded({ X, y }) {
    return { X: Array.from(y, (_, i) => [three(X[2 * i]), three(X[2 * i + 1])]), y: Array.from(y) };
  }

  // One's own points: one more, or without the one that was clicked on
  function clicked(settings, [x1, x2], label, near, points) {
    const made = changed(settings, "data", OWN, settings, points), data = made.recipe.data;
    const far = data.X.map(([a, b]) => (a - x1) ** 2 + (b - x2) ** 2);
    const closest = far.indexOf(Math.min(...far));
    if (far[closest] <= near * near) {
      if (data.X.length === 1) throw new RangeError("this is the last point; a network needs one to learn from");
      data.X.splice(closest, 1);
      data.y.splice(closest, 1);
    } else {
      if (data.X.length >= MOST_POINTS) throw new RangeError(`there are ${MOST_POINTS} points; take one away first`);
      data.X.push([three(x1), three(x2)]);
      data.y.push(label);
    }
    return made;
  }

  // A first weight set by hand: w of layer l (from 1), unit j, from unit i
  function weighted(settings, l, j, i, value) {
    const made = copy(settings), name = `W${l}[${j}, ${i}]`;
    made.weights = (made.weights ?? []).filter((each) => each[0] !== name);
    made.weights.push([name, real(name, value, { minimum: -1e300, maximum: 1e300 })]);
    return made;
  }
  const EDGE = /^W(\d+)\[(\d+), ?(\d+)\]$/;

  // Where a weight stands among the parameters
  function place(sizes, name) {
    const [, l, j, i] = (EDGE.exec(name) ?? []).map(Number);
    if (!(l >= 1 && l < sizes.length && j < sizes[l] && i < sizes[l - 1])) throw new RangeError(`weights names '${name}'; this network has no such weight`);
    return sizes.slice(1, l).reduce((sum, width, k) => sum + width * sizes[k], 0) + j * sizes[l - 1] + i;
  }

  // The address: what differs from the settings that the panel began with

  function address(settings, first) {
    const now = values(settings), start = values(first), parts = [];
    const add = (name, text) => parts.push(`${name}=${text}`);
    for (const { name } of CONTROLS) {
      if (name === "layers" || same(now[name], start[name]) || now[name] === null) continue;
      if (name === "data" && own(settings.recipe)) continue;
      if (name === "noise" && settings.noise === null && now.data !== start.data) continue; // the set's own
      add(name, name === "units" ? now.units.join(",") : encodeURIComponent(now[name]));
    }
    if (own(settings.recipe) && !same(settings.recipe.data, first.recipe.data)) {
      const { X, y } = settings.recipe.data;
      add("points", X.map(([a, b], i) => `${a},${b},${y[i]}`).join(";"));
    }
    if (settings.start && !same(settings.start, first.start)) {
      const { recipe, seed } = settings.start;
      add("start", [seed, recipe.init, ...recipe.sizes.slice(1, -1)].join(","));
    }
    if (settings.weights?.length) add("weights", settings.weights.map(([name, w]) => `${name.replace(", ", ",")}:${w}`).join(";"));
    return parts.join("&");
  }

  const number = (text) => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text);

  // The settings of an address; a RangeError or TypeError in one sentence where it is nonsense
  function fromAddress(text, first) {
    let made = copy(first);
    const later = [], order = ["points", "noise", "start", "weights"]; // read in this order, behind the rest
    for (const part of text.split("&").filter(Boolean)) {
      const [name, ...rest] = part.split("=");
      let value;
      try { value = decodeURIComponent(rest.join("=")); } catch { throw new RangeError(`'${part}' in the address cannot be read`); }
      if (order.includes(name)) later.push([name, value]);
      else if (name === "units") made = changed(made, name, value.split(",").map(number), first);
      else if (name === "bias") made = changed(made, name, { true: true, false: false, True: true, False: false }[value] ?? value, first);
      else if (name === "data" && value === OWN) throw new RangeError("data is 'own points'; in an address they stand as points=x1,x2,class;…");
      else made = changed(made, name, BY_NAME.get(name)?.kind === "list" ? value : number(value), first);
    }
    for (const [name, value] of later.sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]))) {
      if (name === "noise") made = changed(made, name, number(value), first);
      else if (name === "points") { made.recipe.data = fromPoints(value); made.noise = null; }
      else if (name === "start") made.start = fromStart(value);
      else made.weights = value.split(";").map((each) => fromWeight(each, made.recipe.sizes));
    }
    return made;
  }

  function fromPoints(value) {
    const rows = value.split(";").map((row) => row.split(",").map(number));
    const fit = rows.length <= MOST_POINTS && rows.every((r) => r.length === 3 && r.every((v) => typeof v === "number" && Math.abs(v) < 1e100) && (r[2] === 0 || r[2] === 1));
    if (!fit) throw new RangeError(`points is '${value.slice(0, 40)}'; it must be 1 to ${MOST_POINTS} points x1,x2,class with a ; between them`);
    return { X: rows.map((r) => r.slice(0, 2)), y: rows.map((r) => r[2]) };
  }

  function fromStart(value) {
    const [seed, init, ...hidden] = value.split(",");
    checked("seed", number(seed));
    checked("init", init);
    return { recipe: { sizes: [2, ...widths(hidden.map(number)), 1], init }, seed: Number(seed) };
  }

  function fromWeight(each, sizes) {
    const [name, w] = each.split(":");
    place(sizes, name);
    return [name.replace(/, ?/, ", "), real(name, number(w ?? ""), { minimum: -1e300, maximum: 1e300 })];
  }

  // Python

  const py = (value) => (typeof value === "number" ? String(value) : Array.isArray(value) ? `(${value.map(py).join(", ")}${value.length === 1 ? "," : ""})` : said(value));
  const float = (value) => (Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value));
  const rows = (array) => `[${array.map((row) => `[${[row].flat().join(", ")}]`).join(", ")}]`;
  const FLOATS = ["lr", "stop_below"];

  function part(name, value) {
    if (name === "data") return own({ data: value }) ? `(${rows(value.X)}, ${rows(value.y)})` : py(value);
    if (name === "activations") return value.every((each) => each === value[0]) ? said(value[0]) : py(value);
    if (name === "optimizer") {
      const usual = DEFAULTS.optimizers[value.name];
      const parts = Object.entries(value).filter(([key, v]) => key !== "name" && v !== usual[key]);
      return `${value.name}(${parts.map(([key, v]) => `${key}=${typeof v === "number" ? float(v) : said(v)}`).join(", ")})`;
    }
    return FLOATS.includes(name) && typeof value === "number" ? float(value) : py(value);
  }

  // A recipe as the shortest call that gives it
  function recipeLine(recipe) {
    const plain = { ...recipe };
    const parts = Object.keys(DEFAULTS.recipe).filter((name) => name in plain)
      .map((name) => [name, part(name, plain[name])])
      .filter(([name, text]) => text !== part(name, DEFAULTS.recipe[name]));
    return `Recipe(${parts.map(([name, text]) => `${name}=${text}`).join(", ")})`;
  }

  function line({ recipe, seed, noise, start, weights }) {
    const parts = [`recipe=${recipeLine(recipe)}`, `seed=${seed}`];
    if (noise !== null && noise !== undefined) parts.push(`noise=${float(noise)}`);
    if (start) parts.push(`start=(${recipeLine(start.recipe)}, ${start.seed})`);
    if (weights?.length) parts.push(`weights={${weights.map(([name, w]) => `"${name}": ${float(w)}`).join(", ")}}`);
    return `TuningPanel(${parts.join(", ")})`;
  }

  // The line with the imports it needs
  function code(settings) {
    const names = [...new Set(["Recipe", settings.recipe.optimizer.name])].filter((name) => name !== "SGD").sort();
    return `from nnlib import ${names.join(", ")}\nfrom nnlib.widgets import TuningPanel\n\n${line(settings)}\n`;
  }

  return { OWN, values, changed, checked, clicked, weighted, place, address, fromAddress, line, code, own, set, same, copy };
})();
