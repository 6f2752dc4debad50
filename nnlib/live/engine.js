// The page's side: a worker that trains, and questions to it as promises.

function refused(error) {
  return new Error(`This page cannot train here: the browser refuses a worker or WebAssembly (${error}).`);
}

// A worker from a blob: address
async function worker() {
  const module = await WebAssembly.compile(await (await unpacked(MODULE)).arrayBuffer());
  const source = `"use strict"; const it = (${program})();
    onmessage = async ({ data }) => {
      if (data.module) { await it.begin(data.module); postMessage({ ready: true }); }
      else it.answer(data, (message) => postMessage(message));
    };`;
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const made = new Worker(url);
  let late;
  await new Promise((yes, no) => {
    made.onmessage = yes;
    made.onerror = (event) => {
      event.preventDefault();
      no(event.message ?? "no worker");
    };
    late = setTimeout(() => no("no answer in 20 s"), 20000);
    made.postMessage({ module });
  }).catch((error) => {
    made.terminate();
    throw error;
  }).finally(() => {
    clearTimeout(late);
    URL.revokeObjectURL(url);
  });
  return made;
}

class Walk {
  constructor(ask, id, state) { Object.assign(this, { ask, id, state }); }
  async step() { return (this.state = await this.ask("step", [this.id])); }
  async epoch() { return (this.state = await this.ask("epoch", [this.id])); }
  close() { return this.ask("close", [this.id]); }
}

class Engine {
  constructor(post, end) {
    Object.assign(this, { post, close: end, waiting: new Map(), last: 0 });
    this.ask = this.ask.bind(this);
  }

  heard({ id, value, error, share }) {
    const asked = this.waiting.get(id);
    if (!asked) return;
    if (share !== undefined) return asked.onProgress?.(share);
    this.waiting.delete(id);
    if (error !== undefined) asked.no(new Error(error));
    else asked.yes(value);
  }

  ask(ask, args, { signal, onProgress } = {}) {
    const id = ++this.last;
    const off = () => new DOMException("called off", "AbortError");
    if (signal?.aborted) return Promise.reject(off());
    return new Promise((yes, no) => {
      this.waiting.set(id, { yes, no, onProgress });
      signal?.addEventListener("abort", () => {
        if (!this.waiting.delete(id)) return;
        this.post({ ask: "cancel", args: [id] });
        no(off());
      });
      this.post({ id, ask, args });
    });
  }

  train(settings, { kept, ...options } = {}) { return this.ask("train", [settings, kept], options); }
  curves(settings, seeds, options) { return this.ask("curves", [settings, [...seeds]], options); }
  stop() { this.post({ ask: "stop", args: [] }); }
  measure(settings, parameters, X, y) { return this.ask("measure", [settings, parameters, X, y]); }
  field(settings, parameters, X) { return this.ask("field", [settings, parameters, X]); }
  trace(settings, parameters, x, y) { return this.ask("trace", [settings, parameters, x, y]); }
  points(settings) { return this.ask("points", [settings]); }
  network(settings) { return this.ask("network", [settings]); }
  async walk(settings, epoch = 0) {
    const id = ++this.last;
    return new Walk(this.ask, id, await this.ask("walk", [id, settings, epoch]));
  }
}

// An engine in a worker; rejects, with a sentence, where the host refuses one
async function start() {
  try {
    const made = await worker();
    const engine = new Engine((message) => made.postMessage(message), () => made.terminate());
    made.onmessage = ({ data }) => engine.heard(data);
    return engine;
  } catch (error) {
    throw refused(error?.message ?? error);
  }
}
