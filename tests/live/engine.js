// The page's engine in Node, without a worker
const fs = require("fs");
const [script, given] = process.argv.slice(2);
const nnLive = new Function(`${fs.readFileSync(script, "utf8")}; return nnLive;`)();

async function engine() {
  const { MODULE, Engine, program, unpacked } = nnLive;
  const it = program();
  await it.begin(await WebAssembly.compile(await (await unpacked(MODULE)).arrayBuffer()));
  const made = new Engine((message) => it.answer(message, (reply) => made.heard(reply)), () => {});
  return made;
}

module.exports = { engine, nnLive, sent: JSON.parse(fs.readFileSync(given, "utf8")) };
