// nnlib's compiled loop in WebAssembly: where a run stands in its memory, and what it is told.

const W = LAYOUT.width, COLUMNS = LAYOUT.columns.length, BEGIN = 65536, STRETCH = 2 ** 21, SHUFFLED = 2 ** 14;
const NUMBERS = ["loss", "accuracy", "mean_absolute_error"];
const up = (n, multiple) => Math.ceil(n / multiple) * multiple;
const of = (name, words) => {
  const code = words.indexOf(name);
  if (code < 0) throw new RangeError(`'${name}' is none of ${words.join(", ")}`);
  return code;
};

// Python's round for a half of a whole number
function half(epochs) {
  const floor = Math.floor(epochs / 2);
  return epochs % 2 ? floor + (floor % 2) : floor;
}

class Kernel {
  constructor(module) {
    this.memory = new WebAssembly.Memory({ initial: 16 });
    const stack = new WebAssembly.Global({ value: "i32", mutable: true }, BEGIN);
    const env = { __linear_memory: this.memory, __stack_pointer: stack };
    this.wasm = new WebAssembly.Instance(module, { env }).exports;
  }

  // Lay out a run of this recipe over these points, as compiled.Block does for one alone
  start(recipe, { X, y }, parameters, kept = [], rows = 0) {
    const r = (this.recipe = recipe), K = r.sizes.length - 1, n = (this.n = y.length);
    this.kept = kept;
    const rowsOf = (this.rows = r.sizes.map((width) => Math.ceil(width / W)));
    const names = typeof r.activations === "string" ? Array(K).fill(r.activations) : r.activations;
    const first = (this.first = [0]);
    const table = [[r.sizes[0], rowsOf[0], 0, 0, 0, 0]];
    let size = 0, units = rowsOf[0];
    for (let l = 1; l <= K; l++) {
      const weights = size, biases = size + rowsOf[l - 1] * W * rowsOf[l];
      table.push([r.sizes[l], rowsOf[l], units, weights, biases, of(names[l - 1], LAYOUT.activations)]);
      first.push(units);
      size = biases + (r.bias ? rowsOf[l] : 0);
      units += rowsOf[l];
    }
    Object.assign(this, { size, table });
    this.stretch = Math.max(1, Math.min(Math.floor(STRETCH / (n * size * W)), r.epochs));
    if (r.shuffle) this.stretch = Math.max(1, Math.min(this.stretch, Math.floor(SHUFFLED / n)));
    const samples = n * (1 + (r.shuffle ? this.stretch : 0)) + rows;
    const quantities = {
      one: 1, parameters: size, units, samples, inputs: samples * rowsOf[0],
      logged: Math.ceil(r.epochs / r.log_every) || 1, kept: size * kept.length,
    };
    this.place = {};
    let row = 0;
    for (const [name, factor, quantity] of LAYOUT.arrays) {
      this.place[name] = row;
      row += factor * quantities[quantity];
    }
    this._room(row, r.epochs, kept.length);
    this._tell({
      ...this.place, parameters: size, inputs: rowsOf[0], output: units - 1, layers: K,
      bias: r.bias, loss: of(r.loss, LAYOUT.losses), mean: r.reduction === "mean",
      cache_bug: ["listing", "listing_cache"].includes(r.gradient),
      sigmoid_bug: ["listing", "listing_sigmoid"].includes(r.gradient),
      samples: n, batch: r.batch_size === "all" ? n : r.batch_size, runs: 1, shuffle: r.shuffle,
      log: of(r.log, LAYOUT.logs), log_every: r.log_every, watch: r.stop_below !== null,
      stop_below: r.stop_below ?? 0, ...optimizer(r.optimizer),
    });
    const { view, at } = this;
    table.forEach((columns, l) => columns.forEach((value, i) =>
      view.setUint32(at.layers + (l * COLUMNS + i) * 8, value, true)));
    const later = half(r.epochs);
    for (let e = 0; e < r.epochs; e++)
      view.setFloat64(at.rates + 8 * e, r.lr * (r.schedule === "halve" && e >= later ? 0.5 : 1), true);
    kept.forEach((e, i) => view.setInt32(at.kept + 8 * i, e, true));
    this._number(at.ended, -1);
    for (let i = 0; i < n; i++) this.put(i, X, i, y[i]);
    const { m, place } = this;
    m[place.real * W] = 1;
    m.fill(1, place.powers * W, (place.powers + 2) * W);
    this.write(parameters);
    if (kept[0] === 0) {
      m.copyWithin(place.snapshots * W, place.theta * W, (place.theta + size) * W);
      this._number(at.counters + 8, 1);
    }
  }

  // Addresses of everything, in zeros
  _room(rows, epochs, kept) {
    const at = (this.at = {});
    let end = BEGIN;
    for (const [name, bytes] of [
      ["plan", LAYOUT.bytes], ["layers", this.table.length * COLUMNS * 8], ["rates", 8 * epochs],
      ["kept", 8 * kept], ["ended", 8], ["diverged", 8], ["counters", 16], ["scratch", 64],
      ["m", 8 * W * rows],
    ]) {
      at[name] = end;
      end = up(end + bytes, 64);
    }
    if (end > 2 ** 31) throw new RangeError(`this run needs ${Math.round(end / 2 ** 20)} MB, more than a page has`);
    const missing = Math.ceil(end / 65536) - this.memory.buffer.byteLength / 65536;
    if (missing > 0) this.memory.grow(missing);
    const buffer = this.memory.buffer;
    new Uint8Array(buffer, BEGIN, end - BEGIN).fill(0);
    this.view = new DataView(buffer);
    this.m = new Float64Array(buffer, at.m, rows * W);
  }

  _number(at, value) {
    this.view.setInt32(at, value, true);
    this.view.setInt32(at + 4, value < 0 ? -1 : 0, true);
  }

  // Settings of the plan, each where and as the library's table has it
  _tell(settings) {
    for (const [name, value] of Object.entries(settings)) {
      const [offset, kind] = LAYOUT.plan[name], at = this.at.plan + offset;
      if (kind === "f8") this.view.setFloat64(at, value, true);
      else if (kind === "b1") this.view.setUint8(at, value ? 1 : 0);
      else this._number(at, value);
    }
  }

  // Sample k of X at place i
  put(i, X, k, label) {
    const { m, place, rows, recipe: { sizes } } = this, row = (place.X + i * rows[0]) * W;
    for (let c = 0; c < sizes[0]; c++) m[row + c] = X[k * sizes[0] + c];
    m.fill(label, (place.y + i) * W, (place.y + i + 1) * W);
  }

  // Call visit(place in theta, number of the parameter) for all parameters in their flat order
  _each(row, visit) {
    const { sizes, bias } = this.recipe;
    let k = 0;
    for (let l = 1; l < sizes.length; l++) {
      const [, rows, , weights] = this.table[l];
      for (let j = 0; j < sizes[l]; j++)
        for (let i = 0; i < sizes[l - 1]; i++) visit((row + weights + i * rows) * W + j, k++);
    }
    if (bias)
      for (let l = 1; l < sizes.length; l++)
        for (let j = 0; j < sizes[l]; j++) visit((row + this.table[l][4]) * W + j, k++);
    return k;
  }

  write(parameters) {
    const { m } = this;
    this._each(this.place.theta, (at, k) => { m[at] = parameters[k]; });
  }

  read(row = this.place.theta) {
    const { m } = this, out = new Float64Array(this._each(row, () => {}));
    this._each(row, (at, k) => { out[k] = Number.isNaN(m[at]) ? NaN : m[at]; });
    return out;
  }

  // The numbers of a layer's units in Z, A or delta
  units(name, l) {
    const at = (this.place[name] + this.first[l]) * W;
    return this.m.slice(at, at + this.recipe.sizes[l]);
  }

  // Put the samples of the next epochs in order, behind the samples
  shuffle(order, X, y, epochs) {
    for (let e = 1; e <= epochs; e++)
      order.permutation(this.n).forEach((k, i) => this.put(this.n * e + i, X, k, y[k]));
  }

  call(end) {
    const { at } = this;
    const status = this.wasm.run(at.plan, at.layers, at.m, at.rates, at.kept, this.kept.length,
      at.ended, at.diverged, at.counters, end, at.scratch);
    if (status) throw new Error(`the kernel answered ${status}`);
  }

  get epochs() { return this.view.getInt32(this.at.counters, true); }
  get ended() { return this.view.getInt32(this.at.ended, true); }
  get diverged() { return this.view.getUint8(this.at.diverged) === 1; }

  row(row) { return [0, 1, 2].map((i) => this.m[(row + i) * W]); }

  // Loss, accuracy and mean absolute error of what stands in theta
  measured() {
    this.call(0);
    return named3(this.row(this.place.row));
  }
}

function named3(values) {
  return Object.fromEntries(NUMBERS.map((name, i) => [name, values[i]]));
}

function optimizer(o) {
  const eps = o.eps ?? 1;
  if (!(eps > 0)) throw new RangeError(`eps is ${eps}; in a page it must be more than 0`);
  return {
    optimizer: of(o.name, LAYOUT.optimizers), beta1: o.momentum ?? o.decay ?? o.beta1 ?? 0,
    beta2: o.beta2 ?? 0, eps, tiny: LAYOUT.tiny, epoch_clock: o.clock === "epoch",
  };
}
