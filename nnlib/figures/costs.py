"""What a backward pass costs against the width of the network, and the power laws it follows."""

import numpy as np

from nnlib.figures.functions import LINES, MARKERS
from nnlib.figures.kinds import Number, Numbers, Places, drawing, named, together
from nnlib.figures.style import at_most, subplots


@drawing
def costs(widths: Places, panels: named(named(together(Numbers, Number, Number)))):
    """Costs against width on logarithmic axes, beside straight lines of the expected slopes.

    ``panels`` maps the label of an axis to {name: (values, fitted, expected)}: a value for each
    width, the exponent fitted to them, and the expected one. The dashed line of the expected slope
    goes through the value at the largest width. Every second width gets a tick.
    """
    figure, axes = subplots(1, len(panels), height=3.3, squeeze=False)
    widths = np.asarray(widths)
    for ax, (label, curves) in zip(axes[0], panels.items(), strict=True):
        at_most(LINES, label, curves)
        for (name, curve), (color, _), marker in zip(curves.items(), LINES, MARKERS, strict=False):
            values, fitted, expected = curve
            line = values[-1] * (widths / widths[-1]) ** expected
            ax.loglog(widths, line, "--", color=color, linewidth=0.8)
            legend = f"{name}: slope {fitted:.2f}, expected {expected}"
            ax.loglog(widths, values, marker, color=color, label=legend)
        ax.set_xticks(widths[::2], widths[::2])
        ax.minorticks_off()
        ax.set(xlabel="width $n$ of both hidden layers", ylabel=label)
        ax.grid()
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return figure
