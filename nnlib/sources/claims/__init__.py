"""The claims that the five reports make, one file for each chapter that tests them."""

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
