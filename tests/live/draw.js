// Draw moments of an update, in Node: node draw.js script.js moments.json > texts.json
const fs = require("fs");
const [script, given] = process.argv.slice(2);
const nnBackprop = new Function(`${fs.readFileSync(script, "utf8")}; return nnBackprop;`)();
const texts = JSON.parse(fs.readFileSync(given, "utf8")).flatMap(([traces, k, options]) =>
  [nnBackprop.draw(traces, k, options), nnBackprop.said(traces, k, options)]);
process.stdout.write(JSON.stringify(texts));
