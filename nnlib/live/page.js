// Pages: each [data-live] element holds its settings as JSON, a stored picture and the line

function page() {
  const panels = [...document.querySelectorAll("[data-live]")].map(figure);
  const read = () => panels.forEach((each) => each.read());
  addEventListener("hashchange", read);
  const players = nnBackprop.mount(document);
  nnBackprop.eachNight(() => {
    panels.forEach((each) => each.panel.paint());
    players.forEach((each) => each.refresh());
  });
  read();
}

function figure(element) {
  const first = JSON.parse(element.querySelector("script").textContent);
  const place = make("div"), name = `figure-${element.dataset.live.replace(".", "-")}`;
  const panel = new Panel(place, first, {
    changed(settings) {
      const text = nnSettings.address(settings, first);
      history.replaceState(null, "", `#${name}${text && `?${text}`}`);
    },
    begin() { if (!place.isConnected) element.replaceChildren(place); },
    state(word) { element.dataset.state = word; },
    failed(error) {
      element.dataset.state = "picture";
      element.querySelector(".nnl-note").textContent = error.message;
    },
  });
  function read() {
    const [head, ...rest] = location.hash.split("?"), mine = head === `#${name}` && rest.length;
    let settings = first, message = "";
    if (mine) {
      try {
        settings = nnSettings.fromAddress(location.hash.slice(head.length + 1), first);
      } catch (error) {
        message = `The address cannot be followed: ${error.message}. The panel shows its start.`;
      }
      document.getElementById(name)?.scrollIntoView();
    } else if (panel.run || panel.controller) return;
    panel.turn(settings, { quiet: true });
    panel.say(message);
  }
  return { panel, read };
}
