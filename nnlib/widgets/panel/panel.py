"""The tuning panel: turn anything of a recipe, and see the network trained again at once."""

import os
from collections import OrderedDict
from dataclasses import replace
from threading import RLock

from IPython.display import display

from nnlib import validation
from nnlib.export.chapters import WIDGET_VIEW
from nnlib.figures.style import caption_output, described
from nnlib.recipe import Recipe
from nnlib.widgets.panel import controls, line, paper, scene, session
from nnlib.widgets.panel.picture import PanelView
from nnlib.widgets.panel.settings import Settings

BLINK = 0.1  # seconds that a change may take before progress is shown
BANDS_KEPT = 32
NEAR = 0.02  # of the square's side: so close a click takes a point away
SQUARE = (-0.1, -0.1, 1.2)  # low x1, low x2, side


class TuningPanel:
    """A recipe with a control for each of its parts, trained anew with each change.

    A cell that ends with a panel shows it: to Jupyter with its controls; to a notebook that was
    not run, and to the PDF, as a picture; to the HTML report, with NNLIB_PLAYER=1 in the
    environment, as a player that goes through the epochs. Work that takes longer than a blink goes
    on in a thread of its own, which a newer change ends.

    Parameters
    ----------
    recipe : Recipe to start with; None is ``Recipe()``
    seed : of the run
    noise : standard deviation added to the points of a named set; None is the set's own
    start : (Recipe, seed) whose first weights are kept, what "same start" does
    number, caption, alt : as for ``figures.show``; without a number it is no figure of the report,
        and only live

    Attributes
    ----------
    recipe, seed : what was trained; noise of one's own makes the recipe's data points
    run : the Run, bit for bit that of ``train(recipe, seed, "compiled")``, which with "same start"
        begins with ``network=settings.network()``
    settings, error : what is set, and what was wrong with the last change, or ""
    """

    def __init__(
        self, recipe=None, seed=0, noise=None, start=None, number=None, caption="", alt=""
    ):
        if number is not None:
            described(number=number, caption=caption, alt=alt)
        self.number, self.caption, self.alt = number, caption, alt
        self.settings = Settings(Recipe() if recipe is None else recipe, seed, noise, start)
        self.error, self.index = "", 0
        self._first, self._before, self._bands = self.settings, None, OrderedDict()
        self._result, self._progress, self._serial = None, None, 0
        self._view, self._views, self._lock, self._job = None, 0, RLock(), None
        self._drawn = None, 0  # the result and the index of the picture on the page
        self._train(self.settings, pause=0)

    @property
    def recipe(self):
        return self.settings.trained

    @property
    def seed(self):
        return self.settings.seed

    @property
    def run(self):
        """The Run that is shown, once it is there; None before the first."""
        return self._result and self._result.run

    @property
    def line(self):
        """The panel as a line of Python, with only what differs from the defaults."""
        return line.line(self.settings)

    # What a reader can do

    def set(self, **changes):
        """Turn controls, given by their names; what is wrong is shown, and nothing changed."""
        self._attempt(self._set, changes)

    def click(self, x1, x2, label=1):
        """Add one's own point, or take away the one that is there already."""
        self._attempt(self._click, x1, x2, label)

    def scrub(self, index):
        """Show the network after the epochs number ``index`` of those that were kept."""
        self._attempt(self._scrub, index)

    def same_start(self, on=True):
        """Keep the first weights, and this run's curve to compare with; or no longer."""
        self._attempt(self._same_start, on)

    def reset(self):
        """Back to what the panel began with."""
        self._attempt(self._reset)

    def stop(self):
        """End the training where it is, and show what is there."""
        self._job.stopped.set()

    def close(self):
        """End all work; the panel shows what it shows."""
        self._job.cancel()

    def wait(self, band=False):
        """Wait until the run is shown; with ``band``, also those of the other seeds."""
        job, band = self._job, validation.flag("band", band)
        job.thread.join() if band else job.shown.wait()

    def _attempt(self, action, *args, serial=None):
        """Do something; a bad value ends as a text on the page. The page waits for the serial."""
        with self._lock:
            self._serial = self._serial if serial is None else serial
            job, self.error = self._job, ""
            try:
                action(*args)
            except (TypeError, ValueError) as error:
                self.error = str(error)
            if self._job is job:  # nothing is trained: the page gets its answer now
                self._publish()
        if self._job is not job and not self._job.shown.wait(BLINK):
            with self._lock:
                if not self._job.shown.is_set():  # nor did it end just now
                    self._progress = self._progress or 0.0
                    self._publish()

    def _set(self, changes):
        settings = self.settings
        for name, value in changes.items():
            settings = controls.changed(settings, name, value, self._first)
        self._train(settings)

    def _click(self, x1, x2, label):
        near = NEAR * self._there().square[2]
        point = [validation.real(n, x, -1e100, 1e100) for n, x in (("x1", x1), ("x2", x2))]
        self._train(controls.clicked(self.settings, point, label, near))

    def _scrub(self, index):
        index = validation.integer("index", index, minimum=-validation.LARGEST)
        self.index = min(max(index, 0), len(self._there().networks) - 1)

    def _same_start(self, on):
        if validation.flag("on", on):
            origin = (self.settings.recipe, self.settings.seed)
            settings = self.settings.replace(start=self.settings.start or origin)
            self._before = self._there().fine
        else:
            settings, self._before = self.settings.replace(start=None), None
        self._train(settings)

    def _there(self):
        """The result that is shown."""
        if self._result is None:
            raise ValueError("the first training is still going on")
        return self._result

    def _reset(self):
        self._before = None
        self._train(self._first)

    # Training

    def _train(self, settings, pause=session.PAUSE):
        """Start to train with these settings; the older work ends."""
        with self._lock:
            band = self._bands.get(_band_key(settings))
            job = session.Job(
                settings, self._on_progress, self._on_run, self._on_band, self._on_error,
                band, pause,
            ).start()  # fmt: skip
            if self._job is not None:
                self._job.cancel()
            self._job, self.settings, self._progress = job, settings, None

    def _on_progress(self, job, share):
        with self._lock:
            if job is self._job:
                self._progress = share
                self._publish()

    def _on_run(self, job, run, fine):
        with self._lock:
            if job is not self._job:
                return
            settings = job.settings
            points = settings.trained.points(settings.seed)
            self._result = scene.Result(
                run, fine, _networks(run), points, settings.fresh(), _square(points[0]),
                job.band, self._before,
            )  # fmt: skip
            self.index, self._progress = len(self._result.networks) - 1, None
            self._publish()
            job.shown.set()

    def _on_band(self, job, losses):
        with self._lock:
            self._bands[_band_key(job.settings)] = losses
            if len(self._bands) > BANDS_KEPT:
                self._bands.popitem(last=False)
            if job is self._job:
                self._result = replace(self._result, band=losses)
                self._publish()

    def _on_error(self, job, error):
        with self._lock:
            if job is self._job:
                self.error, self._progress = f"{type(error).__name__}: {error}", None
                self._publish()
                job.shown.set()

    # On the page

    def picture(self, index=None, size='width="100%"'):
        """The picture as SVG, of the epochs that are shown or of others; ``size`` as in HTML."""
        last = len(self._there().networks) - 1
        if index is not None:
            index = validation.integer("index", index, maximum=last)
        text = validation.text("size", size)
        return scene.picture(self._result, self.index if index is None else index, text)

    def state(self):
        """What the page needs besides the picture."""
        run, epochs = self.run, list(self._result.networks) if self._result else [0]
        status = scene.describe(self._result, self.index) if self._result else ""
        return {
            "serial": self._serial,
            "values": controls.values(self.settings),
            "error": self.error,
            "status": status,
            "note": _note(run),
            "line": self.line,
            "code": line.code(self.settings),
            "epochs": epochs,
            "index": self.index,
            "progress": self._progress,
            "same": self.settings.start is not None,
        }

    def _publish(self):
        """Send what has changed to the page."""
        if self._view is None:
            return
        with self._view.hold_sync():
            self._view.controls = controls.described(self.settings)
            self._view.state = self.state()
            if self._drawn != (self._result, self.index):
                self._drawn = self._result, self.index
                self._view.picture = self.picture()

    def widget(self):
        """The panel as a widget."""
        with self._lock:
            if self._view is None:
                self._view = PanelView()
                self._view.on_msg(self._heard)
            self._publish()
        return self._view

    def _heard(self, _, message, buffers):
        """A message of the page: what to do, its arguments, and a serial number."""
        actions = {
            "set": self._set, "click": self._click_at, "scrub": self._scrub,
            "same": self._same_start, "reset": self._reset,
        }  # fmt: skip
        if message["do"] == "stop":
            self.stop()
        elif message["do"] in ("here", "gone"):
            self._count_views(1 if message["do"] == "here" else -1)
        else:
            action = actions[message["do"]]
            self._attempt(action, *message.get("with", ()), serial=message["serial"])

    def _count_views(self, change):
        """Without a view on any page no work goes on; with the next one it starts again."""
        self._views += change
        if self._views <= 0:
            self.close()
        elif self._job.cancelled.is_set():
            self._train(self.settings)

    def _click_at(self, right, up, label):
        """A click at a share of the square's width and height."""
        x, y, side = self._there().square
        self._click(x + right * side, y + up * side, label)

    def _ipython_display_(self):
        if self.number is None:
            display(self._with_view({"text/plain": "<TuningPanel>"}), raw=True)
            return
        self.wait(band=True)
        data, metadata = paper.output(self)
        if os.environ.get("NNLIB_PLAYER") == "1":
            data["text/html"] = paper.player(self)
            metadata["text/html"] = {"nnlib": "player"}
        else:
            data = self._with_view(data)
        display(data, metadata=metadata, raw=True)
        caption_output(self.number, self.caption)

    def _with_view(self, data):
        model = self.widget()._model_id
        return data | {WIDGET_VIEW: {"version_major": 2, "version_minor": 0, "model_id": model}}


def _band_key(settings):
    return settings.trained, tuple(session.others(settings.seed))


def _networks(run):
    """The networks that the scrubber goes through, {epoch: Network}, up to the end of the run."""
    networks = dict(run.snapshots)
    if not run.diverged and len(run.epochs):
        networks[int(run.epochs[-1])] = run.network
    return networks


def _square(X):
    """The square that is drawn: the usual one, or one that holds all points."""
    x, y, side = SQUARE
    low, high = X.min(axis=0), X.max(axis=0)
    if min(low - (x, y)) >= 0 and max(high - (x, y)) <= side:
        return SQUARE
    side = 1.2 * float((high - low).max()) or 1.2
    middle = (low + high) / 2
    return float(middle[0] - side / 2), float(middle[1] - side / 2), side


def _note(run):
    """What a reader must know of how the run ended."""
    if run is None:
        return ""
    if run.diverged:
        end = "at its end" if run.stopped is None else f"in epoch {run.stopped}"
        return f"The training diverged {end}: the picture is of the last finite network kept."
    if run.stopped is not None:
        return f"The training ended after {scene.plural(run.stopped + 1, 'epoch')}."
    return ""
