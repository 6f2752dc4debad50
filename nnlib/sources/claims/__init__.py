"""The claims that the five reports make, a file or two for each chapter that tests them."""

from nnlib.sources.claims import (
    activations,
    depth,
    gradients,
    hidden_units,
    learning_rate,
    more_units,
    no_activation,
    optimizers,
    training,
)

CLAIMS = (
    *gradients.CLAIMS,
    *training.CLAIMS,
    *learning_rate.CLAIMS,
    *hidden_units.CLAIMS,
    *more_units.CLAIMS,
    *no_activation.CLAIMS,
    *optimizers.CLAIMS,
    *activations.CLAIMS,
    *depth.CLAIMS,
)
