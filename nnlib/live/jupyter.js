// Jupyter: the settings are the model's, so that Python knows them; nothing else goes to the kernel

let views = 0;
const widget = {
  render({ model, el }) {
    views += 1;
    const place = make("div");
    let later = null;
    el.append(place);
    const panel = new Panel(place, model.get("first"), {
      settings: model.get("settings"),
      changed(settings) { // a kernel must not be asked with every step of a slider
        clearTimeout(later);
        later = setTimeout(() => {
          model.set("settings", settings);
          model.save_changes();
        }, PAUSE);
      },
      failed(error) {
        const picture = make("div"), show = () => { picture.innerHTML = model.get("picture"); };
        place.replaceChildren(picture, make("p", {}, error.message), panel.line);
        model.on("change:picture", show);
        model.send({ do: "picture" });
      },
    });
    const turned = () => {
      if (!nnSettings.same(model.get("settings"), panel.settings)) panel.turn(model.get("settings"), { quiet: true });
    };
    model.on("change:settings", turned);
    const day = nnBackprop.eachNight(() => panel.paint());
    panel.turn(model.get("settings"), { quiet: true });
    return () => {
      panel.close();
      day();
      model.off("change:settings", turned);
      views -= 1;
      if (views) return;
      shared?.then((made) => made.close(), () => null); // nobody is left whom the worker serves
      shared = null;
    };
  },
};
