// <nn-live recipe="data=circles&units=8,4&lr=0.3">: a tuning panel in anybody's page. What the element
// holds is shown until the first picture is there, and where the browser refuses to train.
(() => {
  const program = unpacked(PACKED).then((found) => found.json()).then(({ script, style, first }) => {
    const sheet = document.createElement("style");
    sheet.textContent = style;
    document.head.append(sheet);
    return { ...new Function(`${script}\nreturn { nnPanel, nnSettings };`)(), first };
  });

  function note(element, text) {
    const line = document.createElement("p");
    line.setAttribute("role", "status");
    line.textContent = text;
    element.append(line);
  }

  async function begin(element) {
    const { nnPanel, nnSettings, first: usual } = await program;
    let first = usual, message = "";
    try {
      first = nnSettings.fromAddress(element.getAttribute("recipe") ?? "", usual);
    } catch (error) {
      message = `The recipe cannot be followed: ${error.message}. The panel shows its own.`;
    }
    const place = document.createElement("div");
    const panel = new nnPanel.Panel(place, first, {
      changed(settings) {
        const detail = nnSettings.address(settings, usual);
        element.dispatchEvent(new CustomEvent("change", { detail, bubbles: true }));
      },
      begin() { if (!place.isConnected) element.replaceChildren(place); },
      state(word) { element.dataset.state = word; },
      failed(error) {
        place.remove();
        note(element, error.message);
      },
    });
    panel.turn(first, { quiet: true });
    panel.say(message);
    return panel;
  }

  customElements.define("nn-live", class extends HTMLElement {
    connectedCallback() {
      this.panel ??= begin(this).catch((error) => note(this, `Nothing can be trained here: ${error.message ?? error}.`));
    }
    disconnectedCallback() {
      this.panel?.then((panel) => panel?.close());
      this.panel = null;
    }
  });
})();
