"""Backpropagation by hand, checked: networks, their gradients, and how they learn."""

from nnlib import data, graph
from nnlib.activations import Activation
from nnlib.agreement import Disagreement, agree
from nnlib.gradcheck import GradientCheck, check_gradients
from nnlib.losses import Loss
from nnlib.network import Gradients, Network, Trace
from nnlib.optimizers import SGD, Adagrad, Adam, Momentum, RMSprop
from nnlib.recipe import Recipe
from nnlib.runs import Run
from nnlib.sweeps import Sweep, sweep
from nnlib.training import train

__all__ = [
    "SGD",
    "Activation",
    "Adagrad",
    "Adam",
    "Disagreement",
    "GradientCheck",
    "Gradients",
    "Loss",
    "Momentum",
    "Network",
    "RMSprop",
    "Recipe",
    "Run",
    "Sweep",
    "Trace",
    "agree",
    "check_gradients",
    "data",
    "graph",
    "sweep",
    "train",
]
