// A run in hex and words, for Python to compare; in Node and in a page
function told(run) {
  const hex = (array) => Array.from(new Uint8Array(Float64Array.from(array).buffer),
    (byte) => byte.toString(16).padStart(2, "0")).join("");
  return {
    history: hex([...run.loss, ...run.accuracy, ...run.mean_absolute_error]),
    epochs: [...run.epochs], stopped: run.stopped, diverged: run.diverged,
    parameters: hex(run.parameters), X: hex(run.X), y: hex(run.y),
    fresh: run.fresh && hex([...run.fresh.X, ...run.fresh.y]),
    snapshots: Object.fromEntries(run.frames.map((frame) => [frame.epoch, hex(frame.parameters)])),
  };
}

if (typeof module !== "undefined") module.exports = { told };
