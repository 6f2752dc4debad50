"""The claims that the five reports make, a file for the chapters that test them."""

from nnlib.sources.claim import FAMILY
from nnlib.sources.claims import (
    activations,
    gradients,
    hidden_units,
    learning_rate,
    no_activation,
    optimizers,
    training,
)

CLAIMS = (
    *gradients.CLAIMS,
    *training.CLAIMS,
    *learning_rate.CLAIMS,
    *hidden_units.CLAIMS,
    *no_activation.CLAIMS,
    *optimizers.CLAIMS,
    *activations.CLAIMS,
)
FAMILY[:] = CLAIMS  # their p-values are adjusted together
