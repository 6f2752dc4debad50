// Train what a file of settings holds, in Node: node run.js script.js settings.json > runs.json
const { engine: begin, sent } = require("./engine.js");
const { told } = require("./told.js");

(async () => {
  const engine = await begin(), runs = [];
  for (const { settings, kept } of sent) runs.push(told(await engine.train(settings, { kept })));
  process.stdout.write(JSON.stringify(runs), () => process.exit());
})();
