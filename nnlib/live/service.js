// What a page asks for: training, measuring and looking, all by the kernel itself.

const idle = [];
let module = null;

// Let others have a turn: messages of the page are heard between stretches of a training
const turns = [];
let channel = null;
const turn = () => new Promise((go) => {
  turns.push(go);
  channel.port2.postMessage(0);
});

async function withKernel(work) {
  const kernel = idle.pop() ?? new Kernel(module);
  const answer = await work(kernel);
  if (kernel.memory.buffer.byteLength < 2 ** 26) idle.push(kernel);
  return answer;
}

const PLAIN = { stop_below: null, shuffle: false, log: "after", log_every: 1 };

// A kernel that can measure networks of this recipe on these points
function looking(kernel, { recipe }, set, change = {}) {
  const size = recipe.sizes.slice(1).reduce((sum, n, l) => sum + n * (recipe.sizes[l] + 1), 0);
  kernel.start({ ...recipe, ...PLAIN, epochs: 0, ...change }, set, new Float64Array(size));
}

function measureAll(kernel, settings, all, set) {
  looking(kernel, settings, set);
  return all.map((parameters) => {
    kernel.write(parameters);
    return kernel.measured();
  });
}

// Which of the history's rows stand, and how the run ended: runs.finished_run
function finished(kernel) {
  const { recipe, m, place, size } = kernel, ended = kernel.ended >= 0;
  const epochs = ended ? kernel.ended + 1 : kernel.epochs;
  let diverged = kernel.diverged;
  const good = epochs - (diverged ? 1 : 0), rows = [];
  for (let e = 0; e < (recipe.log === "before" ? epochs : good); e += recipe.log_every) {
    const row = kernel.row(place.history + 3 * (e / recipe.log_every));
    if (Number.isFinite(row[0])) rows.push([e, ...row]);
  }
  if (ended) m.copyWithin(place.theta * W, place.final * W, (place.final + size) * W);
  const closing = Object.values(kernel.measured());
  if (!diverged && Number.isFinite(closing[0])) rows.push([epochs, ...closing]);
  else diverged = true;
  const [epoch, ...numbers] = [0, 1, 2, 3].map((i) => rows.map((row) => row[i]));
  return {
    epochs: Int32Array.from(epoch), ...named3(numbers.map((n) => Float64Array.from(n))), diverged,
    stopped: ended || epochs < recipe.epochs ? Math.max(0, epochs - 1) : null, finished: epochs,
    parameters: kernel.read(),
    frames: kernel.kept.flatMap((e, k) =>
      (e <= good ? [{ epoch: e, parameters: kernel.read(place.snapshots + k * size) }] : [])),
  };
}

const usual = (epochs) =>
  [...new Set(Array.from({ length: 41 }, (_, k) => Math.round(epochs * (k / 40) ** 1.7)))];

// Train up to an epoch; whether it was not called off
async function go(kernel, set, order, job, end = kernel.recipe.epochs) {
  let heard = Date.now();
  while (kernel.epochs < end && kernel.ended < 0 && !job.stopped) {
    const to = Math.min(kernel.epochs + kernel.stretch, end);
    if (order) kernel.shuffle(order, set.X, set.y, to - kernel.epochs);
    kernel.call(to);
    if (Date.now() - heard > 8) {
      job.progress?.(kernel.epochs / kernel.recipe.epochs);
      await turn();
      heard = Date.now();
      if (job.cancelled) return false;
    }
  }
  return true;
}

const orderOf = ({ recipe, seed }) => (recipe.shuffle ? generator(seed, 2) : null);

const WALKS = new Map();

const SERVICE = {
  async train([settings, kept], job) {
    const { recipe } = settings, set = points(settings);
    return withKernel(async (kernel) => {
      kernel.start(recipe, set, firstParameters(settings), kept ?? usual(recipe.epochs));
      if (!(await go(kernel, set, orderOf(settings), job))) return null;
      const run = { settings, sizes: recipe.sizes, ...set, fresh: fresh(settings), ...finished(kernel) };
      const all = run.frames.map((frame) => frame.parameters);
      const training = measureAll(kernel, settings, all, set);
      const others = run.fresh && measureAll(kernel, settings, all, run.fresh);
      run.frames.forEach((frame, k) => Object.assign(frame, {
        training: training[k], fresh: others && others[k],
      }));
      return { ...run, size: run.parameters.length };
    });
  },

  async curves([settings, seeds], job) {
    const all = [];
    for (const seed of seeds) {
      const own = { ...settings, seed, start: null, network: null }, set = points(own);
      const run = await withKernel(async (kernel) => {
        kernel.start(own.recipe, set, firstParameters(own));
        return (await go(kernel, set, orderOf(own), job)) && finished(kernel);
      });
      if (!run) return null;
      const { epochs, loss, diverged, stopped } = run;
      all.push({ seed, epochs, loss, diverged, stopped });
    }
    return all;
  },

  measure: ([settings, parameters, X, y]) =>
    withKernel((kernel) => measureAll(kernel, settings, [parameters], { X, y })[0]),

  // Z and A of all layers at points X, found by measuring on each of them alone
  field: ([settings, parameters, X]) => withKernel((kernel) => {
    const { sizes } = settings.recipe, K = sizes.length - 1, n = X.length / sizes[0];
    looking(kernel, settings, { X, y: new Float64Array(n) });
    kernel.write(parameters);
    const { place, m, first } = kernel;
    const arrays = () => sizes.slice(1).map((width) => new Float64Array(n * width));
    const Z = arrays(), A = arrays();
    for (let i = 0; i < n; i++) {
      kernel._tell({ samples: 1, X: place.X + i * kernel.rows[0], y: place.y + i });
      kernel.call(0);
      for (let l = 1; l <= K; l++) {
        const z = (place.Z + first[l]) * W, a = (place.A + first[l]) * W, width = sizes[l];
        for (let j = 0; j < width; j++) {
          Z[l - 1][i * width + j] = m[z + j];
          A[l - 1][i * width + j] = m[a + j];
        }
      }
    }
    return { Z, A };
  }),

  points: ([settings]) => ({ ...points(settings), fresh: fresh(settings) }),

  network: ([settings]) => firstParameters(settings),

  // One sample forwards and backwards. A momentum of 0 at rate 1 leaves the gradient in its state.
  trace: ([settings, parameters, x, y]) => withKernel((kernel) => {
    const { sizes, bias } = settings.recipe, set = { X: x, y: [y] };
    const change = {
      epochs: 1, lr: 1, schedule: "constant", batch_size: 1,
      optimizer: { name: "Momentum", momentum: 0 },
    };
    looking(kernel, settings, set, change);
    kernel._tell({ tiny: 0 });
    kernel.write(parameters);
    const { loss } = kernel.measured(), K = sizes.length - 1;
    const layers = sizes.slice(1).map((_, l) => ({ z: kernel.units("Z", l + 1), a: kernel.units("A", l + 1) }));
    kernel.call(1);
    const gradient = kernel.read(kernel.place.first);
    let at = 0;
    for (let l = 0; l < K; l++) {
      const count = sizes[l] * sizes[l + 1], end = at + count;
      Object.assign(layers[l], {
        delta: kernel.units("delta", l + 1), weights: parameters.slice(at, end),
        gradient: gradient.slice(at, end), bias: null, bias_gradient: null,
      });
      at = end;
    }
    for (let l = 0; bias && l < K; l++) {
      const end = at + sizes[l + 1];
      Object.assign(layers[l], { bias: parameters.slice(at, end), bias_gradient: gradient.slice(at, end) });
      at = end;
    }
    return { x, y, loss, output: layers[K - 1].a[0], sizes, layers };
  }),

  async walk([id, settings, epoch], job) {
    const { recipe } = settings, set = points(settings), kernel = new Kernel(module);
    const order = orderOf(settings), total = { ...recipe, stop_below: null };
    kernel.start(total, set, firstParameters(settings));
    if (!(await go(kernel, set, order, job, epoch))) return null;
    WALKS.set(id, new Walk(kernel, settings, set, order));
    return WALKS.get(id).state();
  },

  step: ([id]) => WALKS.get(id).step(),
  epoch: ([id]) => WALKS.get(id).toEnd(),
  close: ([id]) => WALKS.delete(id),
};

// An epoch in parts: for the kernel each is an epoch of its own, over the samples in it
class Walk {
  constructor(kernel, settings, set, order) {
    Object.assign(this, { kernel, settings, set, random: order, fresh: fresh(settings) });
    this.done = kernel.epochs;
    this.begin();
  }

  begin() {
    const { kernel, set } = this, { n, m, place } = kernel;
    this.seen = 0;
    this.order = this.random ? this.random.permutation(n) : Int32Array.from({ length: n }, (_, i) => i);
    if (this.random) this.order.forEach((k, i) => kernel.put(n + i, set.X, k, set.y[k]));
    this.powers = m.slice(place.powers * W, (place.powers + 2) * W);
  }

  size() {
    const { recipe, n } = this.kernel;
    return recipe.batch_size === "all" ? n : recipe.batch_size;
  }

  over() { return this.done >= this.kernel.recipe.epochs || this.kernel.diverged; }

  step() {
    if (!this.over()) this.to(Math.min(this.seen + this.size(), this.kernel.n));
    return this.state();
  }

  toEnd() {
    if (!this.over()) this.to(this.kernel.n);
    return this.state();
  }

  to(end) {
    const { kernel } = this, { n, place, at, rows, recipe } = kernel, begin = (this.random ? n : 0) + this.seen;
    if (recipe.optimizer.clock === "epoch") kernel.m.set(this.powers, place.powers * W);
    kernel._number(at.counters, this.done);
    kernel._tell({
      X: place.X + begin * rows[0], y: place.y + begin, samples: end - this.seen, shuffle: false,
      log: 0, log_every: recipe.epochs,
    });
    kernel.call(this.done + 1);
    this.seen = end;
    if (end === n) {
      this.done++;
      this.begin();
    }
  }

  state() {
    const { kernel, settings, seen, order, done } = this, { place, recipe, n } = kernel;
    kernel._tell({ X: place.X, y: place.y, samples: n });
    const training = kernel.measured(), parameters = kernel.read();
    const later = recipe.schedule === "halve" && done >= half(recipe.epochs);
    return {
      epoch: done, sample: seen, parameters, order, batch: order.slice(seen, Math.min(seen + this.size(), n)),
      rate: recipe.lr * (later ? 0.5 : 1), training, diverged: kernel.diverged, over: this.over(),
      fresh: this.fresh && this.look(settings, parameters),
    };
  }

  look(settings, parameters) {
    const kernel = idle.pop() ?? new Kernel(module);
    const [found] = measureAll(kernel, settings, [parameters], this.fresh);
    idle.push(kernel);
    return found;
  }
}

// Settings as the kernel takes them: parts of the recipe that are not said are the library's
function whole(settings) {
  const recipe = { ...DEFAULTS, ...settings.recipe };
  return { noise: null, start: null, network: null, seed: 0, ...settings, recipe };
}

const jobs = new Map();

// Answer one message {id, ask, args}
async function answer({ id, ask, args }, reply) {
  if (ask === "cancel" || ask === "stop") {
    for (const [name, job] of jobs)
      if (ask === "cancel" ? name === args[0] : job.stoppable) job[ask === "cancel" ? "cancelled" : "stopped"] = true;
    return;
  }
  const job = { stoppable: ask === "train", progress: (share) => reply({ id, share }) };
  jobs.set(id, job);
  try {
    const given = args.map((arg) => (arg && arg.recipe ? whole(arg) : arg));
    reply({ id, value: await SERVICE[ask](given, job) });
  } catch (error) {
    reply({ id, error: String(error.message ?? error) });
  }
  jobs.delete(id);
}

// The first message is the module; a short training makes the browser compile it well
async function begin(compiled) {
  module = compiled;
  channel = new MessageChannel();
  channel.port1.onmessage = () => turns.shift()();
  await answer({ id: -1, ask: "train", args: [{ recipe: { epochs: 200 }, seed: 0 }] }, () => {});
}
