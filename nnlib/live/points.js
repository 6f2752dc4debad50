// Points and first weights as nnlib draws them: `data`, `network` and a panel's settings.

const DIRECTION = Array.from({ length: 18 }, (_, k) => {
  let factorial = 1;
  for (let i = 2; i <= k; i++) factorial *= i;
  return (k % 4 < 2 ? 1 : -1) / factorial;
});

// (cos 2πt, sin 2πt) by the sums of nnlib.data._direction
function direction(turns) {
  const quarters = Math.floor(4 * turns + 0.5), x = 2 * Math.PI * (turns - quarters / 4);
  const square = x * x, odd = quarters % 2 === 1, sign = quarters % 4 >= 2 ? -1 : 1;
  let cosine = 0, sine = 0;
  for (let k = 16; k >= 0; k -= 2) {
    cosine = DIRECTION[k] + square * cosine;
    sine = DIRECTION[k + 1] + square * sine;
  }
  return [sign * (odd ? -(x * sine) : cosine), sign * (odd ? cosine : x * sine)];
}

const ROUND = {
  circles: (turns, y) => {
    const [c, s] = direction(turns), radius = y ? 0.2 : 0.45;
    return [0.5 + radius * c, 0.5 + radius * s];
  },
  moons: (turns, y) => {
    const [c, s] = direction(turns / 2);
    return y ? [0.625 + -0.25 * c, 0.55 + -0.25 * s] : [0.375 + 0.25 * c, 0.45 + 0.25 * s];
  },
  spirals: (turns, y) => {
    const [c, s] = direction(1.5 * turns + 0.5 * y), radius = 0.05 + 0.42 * turns;
    return [0.5 + radius * c, 0.5 + radius * s];
  },
};

const halves = (n) => Float64Array.from({ length: n }, (_, i) => (i < n - Math.floor(n / 2) ? 0 : 1));
const drawn = (n, draw) => Float64Array.from({ length: n }, draw);

function spread(X, noise, rng) {
  return X.map((x) => x + noise * rng.normal());
}

function xor() {
  const X = [], y = [];
  for (let i = 0; i < 11; i++) {
    const t = 0.1 * i;
    X.push(t, t), y.push(0);
    if (i !== 5) X.push(t, 1 - t), y.push(1);
  }
  return { X: Float64Array.from(X), y: Float64Array.from(y) };
}

// A named set; noise null is the set's own
function named(name, n, noise, seed, stream) {
  const rng = generator(seed, stream);
  if (name in ROUND) {
    const y = halves(n), turns = drawn(n, rng.uniform), sigma = noise ?? NOISE[name];
    const shift = drawn(2 * n, () => sigma * rng.normal()), X = new Float64Array(2 * n);
    for (let i = 0; i < n; i++)
      ROUND[name](turns[i], y[i]).forEach((x, c) => { X[2 * i + c] = x + shift[2 * i + c]; });
    return { X, y };
  }
  const { X, y } = name === "xor" ? xor() : linear(n, rng);
  return { X: noise ? spread(X, noise, generator(seed, stream, 1)) : X, y };
}

function linear(n, rng) {
  const X = drawn(2 * n, rng.uniform);
  return { X, y: drawn(n, (_, i) => (X[2 * i] > X[2 * i + 1] ? 0 : 1)) };
}

// [name, n] of a recipe's data; null for one's own points
function setOf(data) {
  if (typeof data === "string") return [data, 100];
  return Array.isArray(data) ? data : null;
}

// The points of a run, X row by row
function points({ recipe, seed, noise }) {
  const set = setOf(recipe.data);
  if (set && set[1] > POINTS)
    throw new RangeError(`data has ${set[1]} points; a page has room for ${POINTS}`);
  if (set) return named(...set, noise ?? null, seed, 1);
  return { X: Float64Array.from(recipe.data.X.flat()), y: Float64Array.from(recipe.data.y) };
}

// Points of the same kind that no run has seen; null for one's own points
function fresh({ recipe, seed, noise }, n = 400) {
  const set = setOf(recipe.data);
  if (!set) return null;
  if (set[0] !== "xor") return named(set[0], n, noise ?? NOISE[set[0]], seed, 4);
  const rng = generator(seed, 4), y = halves(n), X = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const t = rng.uniform();
    X[2 * i] = t;
    X[2 * i + 1] = y[i] ? 1 - t : t;
  }
  return { X: spread(X, noise ?? NOISE.xor, rng), y };
}

// How the entries of W_l are drawn, from (n_out, n_in)
const INITIALIZERS = {
  uniform: (rng) => rng.uniform,
  uniform_symmetric: (rng) => () => -1 + 2 * rng.uniform(),
  normal: (rng) => () => 0 + rng.normal(),
  he: (rng, n_out, n_in) => {
    const scale = Math.sqrt(2 / n_in);
    return () => 0 + scale * rng.normal();
  },
  glorot: (rng, n_out, n_in) => {
    const scale = Math.sqrt(6 / (n_in + n_out));
    return () => scale * (-1 + 2 * rng.uniform());
  },
};

// W_1 … W_K as drawn from the seed, those of a start's network where the shapes are the same
function weights({ recipe, seed, start }) {
  const { sizes, init } = recipe, rng = generator(seed);
  if (!Object.keys(INITIALIZERS).includes(init))
    throw new RangeError(`init is '${init}'; a page has ${Object.keys(INITIALIZERS).join(", ")}`);
  const found = sizes.slice(1).map((n_out, l) =>
    drawn(n_out * sizes[l], INITIALIZERS[init](rng, n_out, sizes[l])));
  if (!start) return found;
  const origin = start.recipe.sizes;
  return weights(start).reduce((all, W, l) => {
    if (sizes[l] === origin[l] && sizes[l + 1] === origin[l + 1]) all[l] = W;
    return all;
  }, found);
}

// All parameters a run starts with, flat: W_1 row by row … W_K, then b_1 … b_K
function firstParameters(settings) {
  const { sizes, bias } = settings.recipe;
  const size = sizes.slice(1).reduce((sum, n, l) => sum + n * (sizes[l] + (bias ? 1 : 0)), 0);
  const flat = new Float64Array(size);
  if (settings.network) {
    if (settings.network.length !== size)
      throw new RangeError(`network has ${settings.network.length} numbers; it must have ${size}`);
    flat.set(settings.network);
    return flat;
  }
  let at = 0;
  for (const W of weights(settings)) {
    flat.set(W, at);
    at += W.length;
  }
  return flat;
}
