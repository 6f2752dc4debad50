"""The cells: a question of a topic, put to one library by a snippet, and what was guessed."""

import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
TOPICS = (
    "sigmoid", "cross_entropy", "reductions", "weights", "momentum", "adaptive", "adam", "slopes",
    "order", "reported", "checkers", "seeds", "numbers",
)  # fmt: skip
LINES = 5  # of a snippet


@dataclass(frozen=True)
class Library:
    """A library: its name in print, what pip calls it, and what its process needs to be told."""

    name: str
    packages: tuple
    environment: tuple = ()

    @property
    def version(self):
        """Such as "0.2.8 (jax 0.10.2)" of what is installed; None where something is missing."""
        try:
            own, *below = (version(package).split("+")[0] for package in self.packages)
        except PackageNotFoundError:
            return None
        return f"{own} ({self.packages[1]} {below[0]})" if below else own


LIBRARIES = {
    "torch": Library("PyTorch", ("torch",)),
    "jax": Library("JAX", ("jax",)),
    "optax": Library("optax", ("optax", "jax")),
    "flax": Library("flax", ("flax", "jax")),
    "equinox": Library("equinox", ("equinox", "jax")),
    "keras": Library("Keras", ("keras", "jax"), (("KERAS_BACKEND", "jax"),)),
    "keras_torch": Library("Keras on PyTorch", ("keras", "torch"), (("KERAS_BACKEND", "torch"),)),
    "sklearn": Library("scikit-learn", ("scikit-learn",)),
    "mlx": Library("MLX", ("mlx",)),
    "tinygrad": Library("tinygrad", ("tinygrad",)),
    "autograd": Library("autograd", ("autograd", "scipy")),
    "micrograd": Library("micrograd", ("micrograd",)),
    "scipy": Library("SciPy", ("scipy",)),
}


@dataclass(frozen=True)
class Cell:
    """One library's answer to a question: ``way`` says how, where a library has several."""

    question: str
    library: str
    way: str
    snippet: str
    guess: tuple | None  # (value, why); None where it was known before

    @property
    def id(self):
        return "/".join(filter(None, (self.question, self.library, self.way)))


@dataclass(frozen=True)
class Question:
    """What is asked, our formula as a snippet, and when the difference would bite."""

    id: str
    topic: str
    asks: str
    bites: str
    ours: str
    cells: tuple
    rtol: float = 0.01  # a guess within this is right
    tolerance: float = 1e-5  # how far, relatively, a value may be off on another processor


def read(path):
    """A TOML file of this folder."""
    return tomllib.loads((HERE / path).read_text(encoding="utf-8"))


def questions():
    """All questions, in the order of the chapter."""
    frames, guesses = read("frames.toml"), spread(read("guesses.toml"))
    return [
        _question(topic, name, entry, frames, guesses)
        for topic in TOPICS
        for name, entry in read(f"topics/{topic}.toml").items()
    ]


def spread(guesses):
    """(question, peer) → guess, where peers that share a guess share a line."""
    return {
        (question, peer): tuple(guess)
        for question, lines in guesses.items()
        for peers, guess in lines.items()
        for peer in peers.split(" | ")
    }


def _question(topic, name, entry, frames, guesses):
    cells = [
        _cell(name, entry, peer, frames, guesses)
        for peer in entry
        if re.match(r"\w+", peer)[0] in LIBRARIES
    ]
    optional = {key: entry[key] for key in ("rtol", "tolerance") if key in entry}
    words = (entry[key] for key in ("asks", "bites"))
    return Question(name, topic, *words, entry["ours"].strip(), tuple(cells), **optional)


def _cell(question, entry, peer, frames, guesses):
    """The cell of a peer: "torch", or "torch in float64" where a library has several ways."""
    library, way = re.fullmatch(r"(\w+),?\s?(.*)", peer).groups()
    snippet = entry[peer]
    if "\n" not in snippet:  # the library's own words, for a frame
        snippet = _framed(frames[entry["frame"]], library, {**entry, "f": snippet})
    guess = None if peer in entry.get("known", ()) else guesses[question, peer]
    return Cell(question, library, way, snippet.strip(), guess)


def _framed(frames, library, words):
    """A snippet in its frame; Keras on PyTorch takes Keras's where it has none of its own."""
    frame = frames.get(library) or frames[library.partition("_")[0]]
    return Template(frame).substitute(words)
