// Which epochs have a row of the curve, and which the scrubber goes through.

const ROWS = 200, FRAMES = 60, FEW = 20; // of the curve; of the scrubber

// How often the curve has a row: the finest sensible divisor of log_every
function every({ log_every: usual, epochs }) {
  for (let d = 1; d < usual; d++) if (usual % d === 0 && epochs <= ROWS * d) return d;
  return usual;
}

// After how many epochs the network that a row of the history is of was there
const finished = (recipe, epoch) => (recipe.log === "before" || epoch >= recipe.epochs ? epoch : epoch + 1);
const named = (recipe, after) => (recipe.log === "before" || after >= recipe.epochs ? after : after - 1);

// The epochs of the history's rows
function rowsOf({ epochs, log_every }) {
  const found = [];
  for (let e = 0; e < epochs; e += log_every) found.push(e);
  return [...found, epochs];
}

// The epochs that the scrubber goes through: rows of the history, and others where those are few
function scrubbed(recipe) {
  let found = rowsOf(recipe).map((e) => finished(recipe, e));
  const spread = (n, last) => Array.from({ length: n + 1 }, (_, k) => Math.round(last * (k / n) ** 1.7));
  if (found.length > FRAMES) found = spread(FRAMES, found.length - 1).map((i) => found[i]);
  if (found.length < FEW) found.push(...spread(40, recipe.epochs));
  return [...new Set(found)].filter((f) => f > 0 || recipe.log === "before").sort((a, b) => a - b);
}
