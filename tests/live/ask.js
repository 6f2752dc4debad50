// Ask the page's engine, in Node: node ask.js script.js questions.json > answers.json
const { engine: begin, nnLive, sent } = require("./engine.js");

const plain = (value) => JSON.stringify(value, (_, v) => (ArrayBuffer.isView(v) ? [...v] : v));

// A walk of one step after the other, then to the end of the epoch it is in
async function walked(engine, settings, epoch, steps) {
  const walk = await engine.walk(settings, epoch), states = [walk.state];
  for (let i = 0; i < steps; i++) states.push(await walk.step());
  states.push(await walk.epoch());
  await walk.close();
  return states;
}

// A training that is called off, one that is stopped, and what goes on meanwhile: a measurement,
// and a training that only gives its curve
async function interrupted(engine, settings) {
  const off = new AbortController(), shares = [];
  const gone = engine.train(settings, { signal: off.signal, kept: [] }).catch((error) => error.name);
  off.abort();
  const stopped = engine.train(settings, { kept: [], onProgress: (share) => {
    shares.push(share);
    if (shares.length === 2) engine.stop();
  } });
  const curves = engine.curves({ ...settings, recipe: { ...settings.recipe, epochs: 50_000 } }, [3]);
  const other = await engine.measure(settings, await engine.network(settings), [0, 0], [1]);
  const { finished, stopped: last, epochs } = await stopped;
  return { gone: await gone, shares, finished, last, epochs, other, rows: (await curves)[0].loss.length };
}

// Many normal numbers: those beyond the ziggurat's edge, and the last ones
async function normals(engine, entropy, count) {
  const { normal } = nnLive.program().generator(...entropy), r = 3.6541528853610088;
  const all = Array.from({ length: count }, normal);
  return { r, tail: all.filter((x) => Math.abs(x) > r), last: all.slice(-100) };
}

(async () => {
  const engine = await begin(), answers = [], own = { walked, interrupted, normals };
  for (const { ask, args } of sent) {
    const found = own[ask] ? own[ask](engine, ...args) : engine[ask](...args);
    answers.push(await found.catch((error) => ({ error: error.message })));
  }
  process.stdout.write(plain(answers), () => process.exit());
})();
