// The square that is drawn, the places on it, and what a network gives there.

const STEPS = 49; // places along a side
const SQUARE = [-0.1, -0.1, 1.2];

// The square that is drawn: the usual one, or one that holds all points
function around(X) {
  const of = (k) => X.filter((_, i) => i % 2 === k), [x, y, side] = SQUARE;
  const low = [0, 1].map((k) => Math.min(...of(k))), high = [0, 1].map((k) => Math.max(...of(k)));
  if (low[0] >= x && low[1] >= y && Math.max(...high) <= x + side) return SQUARE;
  const width = 1.2 * Math.max(high[0] - low[0], high[1] - low[1]) || 1.2;
  return [(low[0] + high[0] - width) / 2, (low[1] + high[1] - width) / 2, width];
}

// The grid over the square, row by row from the top, then the points
function looked([x, y, side], X) {
  const points = new Float64Array(2 * STEPS * STEPS + X.length);
  for (let k = 0; k < STEPS * STEPS; k++) {
    points[2 * k] = x + ((k % STEPS) / (STEPS - 1)) * side;
    points[2 * k + 1] = y + side - (Math.floor(k / STEPS) / (STEPS - 1)) * side;
  }
  points.set(X, 2 * STEPS * STEPS);
  return points;
}

// Each layer's weights among the parameters
function split(sizes, parameters) {
  let at = 0;
  return sizes.slice(1).map((width, l) => parameters.subarray(at, (at += width * sizes[l])));
}
