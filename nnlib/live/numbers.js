// The numbers of the state that is shown: a table, a sentence, and JSON for others.

class Numbers {
  constructor() {
    this.table = make("table", { class: "nnl-numbers" });
    this.json = make("span", { "data-numbers": "", hidden: "" });
    this.status = make("p", { class: "nnl-status", role: "status", "aria-live": "polite" });
    this.element = make("div", { class: "nnl-table" }, this.table, this.json);
  }

  show({ shown, run, recipe, picture: { table } }) {
    const cell = (tag, text, scope = null) => make(tag, { scope }, text);
    const head = ["points", "accuracy", "loss per point", "mean error"].map((name) => cell("th", name, "col"));
    const rows = table.map((r) => [cell("th", r.name, "row"), ...[percent(r.accuracy), short(r.loss), short(r.error)].map((text) => cell("td", text))]);
    this.table.replaceChildren(make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells))));
    this.json.textContent = JSON.stringify(this.row(run, shown));
    this.status.textContent = this.said(run, recipe, shown, table);
  }

  // The row of the run, where it has one of this epoch
  row(run, { row: epoch, training }) {
    const at = epoch === null ? -1 : run.epochs.indexOf(epoch), found = { epoch };
    for (const name of ["loss", "accuracy", "mean_absolute_error"]) {
      const value = at < 0 ? training[name] : run[name][at];
      found[name] = Number.isFinite(value) ? value : String(value);
    }
    return found;
  }

  said(run, { reduction, epochs }, { words, training, edited }, [known, other]) {
    const first = [`${titled(words)}: training accuracy ${percent(known.accuracy)}`, `loss per point ${short(known.loss)}`];
    if (other) first.push(`on fresh points ${percent(other.accuracy)} and ${short(other.loss)}`);
    const notes = [`${first.join(", ")}.`];
    if (reduction === "sum") notes.push(`Loss of all ${run.y.length} training points: ${short(training.loss)}.`);
    if (run.diverged) notes.push("The training left the finite numbers: the picture is of the last network kept.");
    else if (run.stopped !== null || run.finished < epochs) notes.push(`The training ended after ${plural(run.finished, "epoch")}.`);
    if (edited) notes.push(`${edited}: no line of Python gives this network, the line below gives it unchanged.`);
    return notes.join(" ");
  }
}
