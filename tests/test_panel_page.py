"""The tuning panel in an exported page: opened from the disk in a browser, network off."""

import re

import browsers
import live_page
import numpy as np
import pytest
from browsers import expect

from nnlib import Recipe, data, train
from nnlib.live.panel import controls
from nnlib.widgets import TuningPanel

pytestmark = browsers.needed

QUICK = Recipe(epochs=40, sizes=(2, 4, 3, 1), log_every=5)
SCREENS = [(scheme, width) for scheme in ("light", "dark") for width in (420, 900, 1400)]
TABLE = {control["name"]: control for control in controls()}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        panels = [TuningPanel(QUICK, number=n, **live_page.WORDS) for n in ("1.1", "1.2")]
        html = live_page.html(*(live_page.shown(panel, patch) for panel in panels))
    path = tmp_path_factory.mktemp("panel") / "page.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser, file):
    with browsers.offline(browser, file) as open_page:
        yield open_page


@pytest.fixture
def figure(opened):
    return live_page.Figure(opened(), "1.1").ready()


def test_the_page_trains_both_figures_by_itself_with_the_librarys_numbers(opened):
    page = opened()
    for number in ("1.1", "1.2"):
        figure = live_page.Figure(page, number).ready()
        assert figure.line == TuningPanel(QUICK).line
        assert figure.numbers == figure.row(40)


def options():
    """Every control at every option: {name: values as the page's inputs have them}."""
    for control in controls():
        name, label = control["name"], control["label"]
        if control["kind"] == "slider":
            yield name, label, [*range(len(control["options"]))]
        elif control["kind"] == "list":
            yield name, label, control["options"]
        elif control["kind"] == "flag":
            yield name, label, [True, False]
    yield "seed", "seed", [0, 1, 12_345, 2**50]
    yield "units", "units of hidden layer 2", [1, 12]


@pytest.mark.parametrize(
    ("name", "label", "values"), [*options()], ids=[name for name, *_ in options()]
)
def test_every_control_at_every_option_gives_the_run_of_its_line(figure, name, label, values):
    told = set()
    for value in values:
        figure.turn(label, value)
        epoch = figure.panel().recipe.epochs
        found = figure.numbers
        assert found == figure.row(found["epoch"])
        assert found["epoch"] == epoch
        told.add(figure.line)
    assert len(told) == len(values)


def test_what_the_page_cannot_run_is_not_offered(figure):
    offered = figure.control("weights").locator("option").all_inner_texts()
    assert "normal_legacy" not in offered
    assert len(offered) == 5


# The address

CHANGES = {
    "data": "moons", "noise": 0.1, "seed": 3, "units": [5, 6, 2], "activation": "tanh",
    "init": "glorot", "bias": True, "optimizer": "Momentum", "lr": 0.3, "schedule": "constant",
    "batch_size": "all", "epochs": 12,
}  # fmt: skip
ADDRESS = (
    "data=moons&noise=0.1&seed=3&units=5,6,2&activation=tanh&init=glorot&bias=true"
    "&optimizer=Momentum&lr=0.3&schedule=constant&batch_size=all&epochs=12"
)
SENTENCE = re.compile(r"The address cannot be followed: .*\. The panel shows its start\.")


def test_settings_go_into_the_address_and_come_back_from_it(opened, figure):
    figure.turn("learning rate", TABLE["lr"]["options"].index(0.3))
    figure.turn("seed", 3)
    assert figure.page.evaluate("location.hash") == "#figure-1-1?seed=3&lr=0.3"
    again = opened()
    again.goto(figure.page.url)
    other = live_page.Figure(again, "1.1").ready()
    assert (other.line, other.numbers) == (figure.line, figure.numbers)
    assert live_page.Figure(again, "1.2").ready().line == TuningPanel(QUICK).line
    figure.turn("seed", 0)
    figure.turn("learning rate", TABLE["lr"]["options"].index(0.1))
    assert figure.page.evaluate("location.hash") == "#figure-1-1"


def test_an_address_holds_everything_that_a_control_sets(opened, file):
    page = opened()
    figure = live_page.Figure(page, "1.2").ready()
    page.evaluate("address => { location.hash = address; }", f"figure-1-2?{ADDRESS}")
    panel = TuningPanel(QUICK)
    panel.set(**CHANGES)
    live_page.until(page, lambda: figure.line == panel.line, "the line of the address")
    assert figure.ready().numbers == figure.row(12)
    box = figure.place.bounding_box()
    assert -50 < box["y"] < 900  # the page has gone there
    figure.turn("seed", 4)
    assert page.evaluate("location.hash") == f"#figure-1-2?{ADDRESS.replace('seed=3', 'seed=4')}"
    page.evaluate("() => { location.hash = 'figure-1-2?lr=0.2&points=0,0,1;0.5,1.25,0'; }")
    line = "TuningPanel(recipe=Recipe(data=([[0, 0], [0.5, 1.25]], [[1], [0]]), sizes="
    live_page.until(page, lambda: figure.line.startswith(line), "own points")
    assert figure.ready().numbers == figure.row(40)


NONSENSE = [
    "lr=fast", "lr=0", "lr=-1", "units=10,x", "units=", "units=1,1,1,1,1", "speed=3", "seed=1.5",
    "seed=99999999999999999999", "data=stars", "bias=maybe", "points=1,2", "points=", "start=1",
    "weights=W9[0,0]:1", "weights=W1[0,0]:x", "init=normal_legacy", "%E0%A4=1", "lr=%E0%A4",
    "noise=0.1&points=0,0,1", "data=own points", "epochs=1e9", "batch_size=0",
]  # fmt: skip


def test_nonsense_in_the_address_gives_the_start_and_one_sentence(figure):
    alert = figure.place.get_by_role("alert")
    for nonsense in NONSENSE:
        figure.page.evaluate("a => { location.hash = 'figure-1-1?seed=5&' + a; }", nonsense)
        expect(alert).to_have_text(SENTENCE)
        assert figure.ready().line == TuningPanel(QUICK).line
        figure.turn("seed", 1)
        expect(alert).to_be_hidden()


# What a reader can do besides


def test_the_scrubber_goes_through_the_rows_of_the_run(figure):
    scrubber = figure.control("epoch")
    scrubber.focus()
    end = figure.place.locator(".nnl-boundary").inner_html()
    figure.page.keyboard.press("Home")
    live_page.until(figure.page, lambda: figure.numbers["epoch"] == 0, "the first row")
    seen = []
    for _ in range(8):
        live_page.until(figure.page, lambda: figure.numbers["epoch"] not in seen, "another epoch")
        found = figure.numbers
        seen.append(found["epoch"])
        run = train(QUICK.replace(log_every=1), 0, "compiled")
        assert found["loss"] == run.loss[found["epoch"]]
        assert found["accuracy"] == run.accuracy[found["epoch"]]
        figure.page.keyboard.press("ArrowRight")
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert figure.place.locator(".nnl-boundary").inner_html() != end


def test_playing_goes_to_the_end(figure):
    figure.button("Play").click()
    live_page.until(figure.page, lambda: figure.numbers["epoch"] not in (0, 40), "on its way")
    figure.button("Pause").click()
    figure.control("epoch").focus()
    figure.page.keyboard.press("End")
    live_page.until(figure.page, lambda: figure.numbers["epoch"] == 40, "the end")
    assert figure.numbers == figure.row(40)


def test_one_step_and_one_epoch_at_a_time(figure):
    status = figure.place.locator(".nnl-status")
    figure.button("Before training").click()
    expect(status).to_contain_text("Before training: training accuracy")
    assert figure.numbers["epoch"] is None
    figure.button("One step").click()
    expect(status).to_contain_text("Epoch 0, 1 of 21 points seen")
    figure.button("One epoch").click()
    expect(status).to_contain_text("Epoch 0: training")
    run = train(QUICK.replace(log_every=1), 0, "compiled")
    for epoch in (0, 1, 2):
        live_page.until(figure.page, lambda e=epoch: figure.numbers["epoch"] == e, "an epoch")
        assert figure.numbers["loss"] == run.loss[epoch]
        figure.button("One epoch").click()


def test_points_are_added_and_taken_away_by_click_and_by_key(figure):
    X, y = data.xor()
    view = figure.place.locator(".nnl-boundary")
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    # In the middle, and three quarters up: the square is 304 of 352 units wide.
    place = [box["x"] + 186 * box["width"] / 352, box["y"] + 104 * box["width"] / 352]
    figure.page.mouse.click(*place)
    live_page.until(figure.page, lambda: "data=([[0, 0]" in figure.line, "own points")
    points, labels = figure.ready().panel().recipe.data
    np.testing.assert_array_equal(points[:-1], X.round(3))
    np.testing.assert_allclose(points[-1], (0.5, 0.8), atol=0.01)
    assert labels[-1] == 1
    assert figure.numbers == figure.row(40)
    figure.place.locator(".nnl-boundary").focus()
    for _ in range(12):
        figure.page.keyboard.press("ArrowUp")
    figure.page.keyboard.press("Enter")
    live_page.until(figure.page, lambda: len(figure.panel().recipe.data[0]) == 21, "one less")
    figure.control("● class 0").check()
    figure.page.mouse.click(*place)
    live_page.until(figure.page, lambda: len(figure.panel().recipe.data[0]) == 22, "one more")
    assert figure.panel().recipe.data[1][-1] == 0
    figure.button("Reset").click()
    live_page.until(figure.page, lambda: figure.line == TuningPanel(QUICK).line, "the start")


def test_same_start_keeps_the_first_weights(figure):
    figure.button("Same start").click()
    figure.ready()
    figure.turn("seed", 5)
    figure.turn("units of hidden layer 2", 6)
    panel = figure.panel()
    assert panel.settings.start is not None
    assert figure.numbers == figure.row(40)
    assert figure.numbers["loss"] != train(panel.recipe, 5, "compiled").loss[-1]


def test_a_first_weight_is_changed_on_its_edge_and_its_line_gives_the_run(figure):
    figure.button("Before training").click()
    expect(figure.place.locator(".nnl-status")).to_contain_text("Before training")
    figure.place.get_by_role("button", name="unit 2 of hidden layer 1").click()
    weight = figure.control("from x₂")
    first = QUICK.network(0).weights[0][1, 1]
    assert float(weight.input_value()) == pytest.approx(first, rel=1e-5)
    weight.fill("5.5")
    weight.press("Enter")
    live_page.until(figure.page, lambda: "weights=" in figure.line, "the line")
    assert figure.ready().line.endswith('seed=0, weights={"W1[1, 1]": 5.5})')
    assert figure.numbers == figure.row(40)
    assert figure.page.evaluate("location.hash") == "#figure-1-1?weights=W1[1,1]:5.5"
    assert figure.panel().settings.network().weights[0][1, 1] == 5.5


def test_a_weight_changed_later_is_said_not_to_be_in_the_line(figure):
    figure.place.get_by_role("button", name="the output").click()
    weight = figure.control("from unit 1")
    before = figure.numbers
    weight.fill("-50")
    weight.press("Enter")
    status = figure.place.locator(".nnl-status")
    expect(status).to_contain_text("W3[0, 0] was set to -50 by hand: no line of Python")
    assert figure.numbers["epoch"] is None
    net = train(QUICK, 0, "compiled").network
    net.weights[2][0, 0] = -50
    loss, _ = net.loss_and_gradients(*QUICK.points(0))
    assert figure.numbers["loss"] == pytest.approx(loss)
    figure.control("epoch").focus()
    figure.page.keyboard.press("End")
    live_page.until(figure.page, lambda: figure.numbers == before, "the end again")
    expect(status).not_to_contain_text("by hand")


def test_a_unit_is_enlarged_when_it_is_pointed_at_or_has_the_focus(figure):
    heading = figure.place.locator(".nnl-title")
    unit = figure.place.get_by_role("button", name="unit 3 of hidden layer 2")

    def is_enlarged():
        """Where the picture is drawn anew below a pointer that rests, it must enter once more."""
        figure.page.mouse.move(0, 0)
        unit.hover()
        return heading.inner_text() == "Unit 3 of hidden layer 2"

    live_page.until(figure.page, is_enlarged, "the unit below the pointer")
    unit = figure.place.get_by_role("button", name="unit 1 of hidden layer 1")
    unit.focus()
    expect(heading).to_have_text("Unit 1 of hidden layer 1")
    figure.page.keyboard.press("ArrowDown")
    expect(heading).to_have_text("Unit 2 of hidden layer 1")
    figure.page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("Input x₂")
    labels = figure.place.get_by_role("group", name="units: arrow keys").locator("button")
    assert labels.count() == 2 + 4 + 3 + 1


def test_an_edge_tells_its_weight_and_leads_to_it(figure):
    figure.place.locator(".nnl-network").scroll_into_view_if_needed()
    spot = figure.place.get_by_role("button", name="input x₁").bounding_box()
    end = figure.place.get_by_role("button", name="unit 1 of hidden layer 1").bounding_box()
    x = (spot["x"] + spot["width"] + 3 * end["x"]) / 4
    y = (spot["y"] + spot["height"] / 2 + 3 * (end["y"] + end["height"] / 2)) / 4
    figure.page.mouse.move(x, y)
    expect(figure.place.locator(".nnl-tip")).to_contain_text("W1[0, 0] = ")
    figure.page.mouse.click(x, y)
    assert figure.page.evaluate("document.activeElement.dataset.weight") == "1,0,0"


def test_the_output_is_shown_in_two_classes_or_in_shades(figure):
    figure.turn("optimizer", "Adam")
    view = figure.place.locator(".nnl-boundary")
    fills = """e => new Set([...e.querySelectorAll("g path[fill^='#']")]
        .map(path => path.getAttribute("fill"))).size"""
    assert view.evaluate(fills) > 1
    figure.control("output").select_option("in two classes")
    assert view.evaluate(fills) == 1


def test_the_other_seeds_appear_as_a_band(figure):
    curve = figure.place.locator(".nnl-curve")
    expect(curve).to_contain_text("24 other seeds")
    figure.turn("learning rate", 20)
    expect(curve).to_contain_text("24 other seeds")


def test_a_long_training_shows_its_progress_and_can_be_stopped(figure):
    figure.turn("units of hidden layer 1", 60)
    # In the page, since on a busy machine the training may end before a question comes back.
    figure.button("Stop").evaluate("""(button) => {
        const bar = button.getRootNode().querySelector("progress");
        (function look() {
          if (!bar.hidden && bar.value > 0) button.click(); else requestAnimationFrame(look);
        })();
    }""")
    figure.control("epochs").focus()
    figure.page.keyboard.press("End")
    expect(figure.place.locator(".nnl-status")).to_contain_text("The training ended after")
    assert figure.ready().numbers["epoch"] < 100_000


def test_while_dragging_the_newest_value_wins(figure):
    slider = figure.control("learning rate")
    slider.focus()
    for _ in range(12):
        figure.page.keyboard.press("ArrowLeft")
    rate = TABLE["lr"]["options"][TABLE["lr"]["options"].index(0.1) - 12]
    live_page.until(figure.page, lambda: figure.panel().recipe.lr == rate, "the newest rate")
    assert figure.ready().numbers == figure.row(40)


def test_what_is_wrong_is_said_and_nothing_is_changed(figure):
    before = figure.numbers, figure.line
    seed = figure.control("seed")
    seed.fill("-1")
    seed.press("Enter")
    expect(figure.place.get_by_role("alert")).to_have_text(re.compile("seed is -1; it must be"))
    assert (figure.numbers, figure.line) == before
    expect(seed).to_have_value("0")


# Where it cannot run, and how it looks


@pytest.fixture(scope="module")
def without_webassembly(browser):
    found = browser.browser_type.launch(
        executable_path=browsers.FOUND, args=["--no-sandbox", "--js-flags=--jitless"]
    )
    yield found
    found.close()


def test_without_webassembly_the_picture_and_the_line_stay(without_webassembly, file):
    with browsers.offline(without_webassembly, file) as open_page:
        page = open_page()
        figure = live_page.Figure(page, "1.1")
        note = figure.place.locator(".nnl-note")
        expect(note).to_contain_text("cannot train here")
        assert figure.state == "picture"
        assert figure.place.locator("img").is_visible()
        assert figure.line == TuningPanel(QUICK).line


def test_without_script_the_picture_and_the_line_are_there(opened):
    page = opened(java_script_enabled=False)
    figure = live_page.Figure(page, "1.1")
    assert (figure.state, figure.line) == ("picture", TuningPanel(QUICK).line)
    assert figure.place.locator("img").is_visible()


def test_the_narrowest_screen_holds_it(opened):
    page = opened(width=320)
    for number in ("1.1", "1.2"):
        live_page.Figure(page, number).ready()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize(("scheme", "width"), SCREENS)
def test_axe_finds_no_violation_and_the_page_fits(opened, scheme, width):
    page = opened(scheme, width, bypass_csp=True)
    figure = live_page.Figure(page, "1.1").ready()
    live_page.Figure(page, "1.2").ready()
    figure.place.locator("summary").click()
    expect(figure.place.locator(".nnb svg")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert browsers.violations(page) == []
    boundary, network = (
        figure.place.locator(f".nnl-{name}").bounding_box() for name in ("boundary", "network")
    )
    below = network["y"] >= boundary["y"] + boundary["height"]
    assert below == (width == 420)


def test_a_chapter_with_a_panel_does_not_cut_it_off(opened):
    page = opened()
    found = page.evaluate("""() => {
        const chapters = ["", "", "", "<div class='live'></div>"].map((inner) => {
            const made = document.createElement("section");
            made.className = "chapter";
            made.innerHTML = inner;
            return made;
        });
        const box = document.createElement("div"), title = document.createElement("div");
        title.className = "title";
        box.append(title, ...chapters);
        document.body.append(box);
        return chapters.map((made) => getComputedStyle(made).contentVisibility);
    }""")
    assert found == ["visible", "visible", "auto", "visible"]


def test_the_picture_follows_the_colors_of_the_page(opened):
    page = opened("dark")
    figure = live_page.Figure(page, "1.1").ready()
    view = figure.place.locator(".nnl-boundary")
    night = view.inner_html()
    page.emulate_media(color_scheme="light")
    live_page.until(page, lambda: view.inner_html() != night, "the light colors")


def test_every_control_is_called_what_it_is_labelled(figure):
    labels = figure.place.locator("label").all_inner_texts()
    for control in controls():
        if control["kind"] != "numbers":
            assert control["label"] in labels
            assert figure.control(control["label"]).count() == 1


def test_the_policy_has_two_words_more(opened):
    page = opened()
    (policy,) = (
        page.locator("meta[http-equiv]").nth(k).get_attribute("content") for k in range(1)
    )
    words = re.sub(r" 'sha256-[^']*'", "", policy)
    assert words == (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        "script-src 'wasm-unsafe-eval'; worker-src blob:; base-uri 'none'; form-action 'none'"
    )
