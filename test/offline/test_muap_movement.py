"""Motor units of a moving arm, through the musculoskeletal model."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.offline.muap_movement import MovementPlan, generate_movement


@pytest.fixture(scope="module")
def flexion():
    """The wrist from straight to 65 degrees of flexion, in steps of at most two degrees."""
    return generate_movement(MovementPlan(("open", "flex"), (1.0,), muscles=("FCR", "ECRB"), units=4, rate=65.0))


def test_no_potential_changes_by_more_than_a_few_per_cent_per_degree(flexion):
    size = np.sqrt(np.square(flexion.potentials).sum(axis=(2, 3, 4)))
    change = np.sqrt(np.square(np.diff(flexion.potentials, axis=1)).sum(axis=(2, 3, 4))) / size[:, :-1]
    assert change.max() < 0.2  # of its RMS, for two degrees
    assert (change[:, 30:36].min(axis=1) > 0.005).all()  # but it does change


def test_flexors_shorten_and_extensors_lengthen(flexion):
    flexor, extensor = flexion.relative_lengths[0], flexion.relative_lengths[4]
    assert flexion.muscles == ("FCR",) * 4 + ("ECRB",) * 4
    assert flexor[0] == pytest.approx(1.0) and flexor[-1] < 0.75 and extensor[-1] > 1.1


def test_amplitude_and_order_are_kept(flexion):
    """Every unit stays itself: amplitudes change little by little, and larger units stay larger."""
    peak = np.ptp(flexion.potentials, axis=4).max(axis=(2, 3))
    assert (peak[:, -1] / peak[:, 0] > 0.3).all() and (peak[:, -1] / peak[:, 0] < 3).all()
    for units in (slice(0, 4), slice(4, 8)):
        assert np.argmax(peak[units, 0]) == np.argmax(peak[units, -1])


@pytest.mark.parametrize(
    ("change", "named"),
    [({"poses": ("open",)}, "poses"), ({"durations": (0.0,)}, "durations"), ({"muscles": ("FXX",)}, "FXX")],
)
def test_bad_plans_are_refused_by_name(change, named):
    with pytest.raises(InvalidInput, match=named):
        generate_movement(MovementPlan(**{"poses": ("open", "flex"), "durations": (1.0,), **change}))
