import numpy as np
import pytest
from scipy.integrate import solve_bvp

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import load_anatomy
from emgsim_ros.muap.conductor.volume_conductor import disc_electrode, surface_transfer
from emgsim_ros.muap.limb.cylinder import LayeredCylinder

FOREARM = load_anatomy(config_file("forearm", folder="anatomy")).cylinder


def uniform(conductivity=0.5, along=None, skin=0.04):
    """A cylinder of one material in all layers."""
    return LayeredCylinder(
        0.005,
        0.9 * skin,
        0.95 * skin,
        skin,
        conductivity,
        conductivity,
        along or conductivity,
        conductivity,
        conductivity,
    )


def surface_potential(cylinder, source, angle, height, orders=120, window=1.0, highest=2500.0):
    """Potential on the skin (V) of 1 A at radius ``source``, from the transfer function."""
    k = 2 * np.pi / window * np.arange(1, int(highest * window / (2 * np.pi)))
    n = np.arange(orders)
    transfer = surface_transfer(cylinder, np.array([source]), n, k)[0]
    weight = np.where(n == 0, 1.0, 2.0) * np.cos(n * angle)
    return (weight @ transfer @ np.cos(k * height)) * 2 / (2 * np.pi * window)


MODES = pytest.mark.parametrize(("n", "k"), [(0, 30.0), (1, 80.0), (3, 200.0), (8, 120.0), (20, 600.0)])


def radial_solution(n, k, source, at_source, at_skin):
    """Potential in the muscle at ``source`` and on the skin, by collocation instead of Bessel functions.

    The layered radial boundary-value problem with currents (A) that enter at radius ``source`` and at the skin.
    """
    c = FOREARM
    edges = [c.bone_radius * 0.02, c.bone_radius, source, c.muscle_radius, c.fat_radius, c.skin_radius]
    across = [c.bone, c.muscle_across, c.muscle_across, c.fat, c.skin]
    along = [c.bone, c.muscle_along, c.muscle_along, c.fat, c.skin]
    lengths = np.diff(edges)

    # Every layer is mapped to x in 0..1; y = (potential, radius * conductivity * slope) for each layer.
    def equations(x, y):
        rows = []
        for layer in range(5):
            r = edges[layer] + lengths[layer] * x
            potential, flux = y[2 * layer], y[2 * layer + 1]
            rows.append(lengths[layer] * flux / (r * across[layer]))
            rows.append(lengths[layer] * (n**2 * across[layer] / r + k**2 * along[layer] * r) * potential)
        return np.array(rows)

    def conditions(left, right):
        r0 = edges[0]
        rows = [left[1] - across[0] * (n if n else (k * r0) ** 2 / 2) * left[0]]  # regular on the axis
        for layer in range(4):
            rows.append(right[2 * layer] - left[2 * layer + 2])
            rows.append(right[2 * layer + 1] - left[2 * layer + 3] - (at_source if layer == 1 else 0.0))
        rows.append(right[9] - at_skin)
        return np.array(rows)

    x = np.linspace(0, 1, 60)
    solution = solve_bvp(equations, conditions, x, np.zeros((10, len(x))), tol=1e-6, max_nodes=50000)
    assert solution.success
    return solution.y[4, 0], solution.y[8, -1]


@MODES
def test_transfer_agrees_with_a_numerical_solution_of_the_radial_equation(n, k):
    source = 0.028
    _, skin = radial_solution(n, k, source, 1.0, 0.0)
    transfer = surface_transfer(FOREARM, np.array([source]), np.array([n]), np.array([k]))[0, 0, 0]
    assert transfer == pytest.approx(skin, rel=0.01)


@MODES
def test_reciprocity(n, k):
    """A current through the skin makes at the fibre the potential that the fibre's makes on the skin."""
    source = 0.028
    fibre, _ = radial_solution(n, k, source, 0.0, 1.0)
    transfer = surface_transfer(FOREARM, np.array([source]), np.array([n]), np.array([k]))[0, 0, 0]
    assert transfer == pytest.approx(fibre, rel=0.01)


@pytest.mark.parametrize(("across", "along"), [(0.5, 0.5), (0.1, 0.5)])
def test_a_large_uniform_cylinder_doubles_the_free_field_at_its_surface(across, along):
    """Near a flat insulating surface: twice I / (4 pi sqrt(s_r s_z) sqrt(r^2 + z^2 s_r / s_z)).

    As a difference between two heights, since the potential of a lone source has no zero along z.
    """
    depth, height, skin = 0.005, 0.01, 0.4
    cylinder = LayeredCylinder(0.005, skin - 2e-5, skin - 1e-5, skin, across, across, along, across, across)
    potential = [surface_potential(cylinder, skin - depth, 0.0, z, orders=1000, highest=2500.0) for z in (0.0, height)]
    field = 2 / (4 * np.pi * np.sqrt(across * along))
    expected = field * (1 / depth - 1 / np.sqrt(depth**2 + height**2 * across / along))
    assert potential[0] - potential[1] == pytest.approx(expected, rel=0.02)


def test_layers_of_one_material_are_no_layers():
    split = LayeredCylinder(0.012, 0.03, 0.034, 0.04, 0.3, 0.3, 0.3, 0.3, 0.3)
    arguments = (np.array([0.025]), np.arange(6), np.array([20.0, 100.0]))
    assert np.allclose(surface_transfer(split, *arguments), surface_transfer(uniform(0.3), *arguments), rtol=1e-9)


def test_potential_scales_inversely_with_conductivity():
    arguments = (np.array([0.03]), np.arange(4), np.array([50.0]))
    assert np.allclose(surface_transfer(uniform(0.2), *arguments), 2 * surface_transfer(uniform(0.4), *arguments))


def test_deeper_sources_and_thicker_fat_weaken_and_blur():
    shallow = surface_potential(FOREARM, 0.034, 0.0, 0.0, orders=64)
    deep = surface_potential(FOREARM, 0.024, 0.0, 0.0, orders=64)
    assert shallow > 1.5 * deep > 0
    fat = LayeredCylinder(0.008, 0.0355, 0.0455, 0.047, 0.02, 0.1, 0.5, 0.05, 1.0)
    behind_fat = surface_potential(fat, 0.034, 0.0, 0.0, orders=64)
    assert behind_fat < 0.7 * shallow
    spread = [
        surface_potential(c, 0.034, 0.5, 0.0, orders=64) / surface_potential(c, 0.034, 0.0, 0.0, orders=64)
        for c in (FOREARM, fat)
    ]
    assert spread[1] > spread[0]


def test_transfer_stays_finite_and_smooth_at_the_extremes():
    frequencies = np.array([0.1, 6.0, 12.0, 1500.0, 4000.0])
    transfer = surface_transfer(FOREARM, np.array([0.0081, 0.030, 0.0354]), np.arange(400), frequencies)
    assert np.isfinite(transfer).all() and (transfer >= 0).all()
    assert (np.diff(transfer[..., 1:3], axis=1) < 0).all()  # finer patterns around the arm reach the skin less


def test_a_disc_electrode_averages():
    n, k = np.arange(30), np.linspace(1, 2000, 50)
    factor = disc_electrode(0.002, 0.04, n, k)
    assert factor[0, 0] == pytest.approx(1.0, abs=1e-3)
    assert (np.abs(factor) <= 1).all() and factor[0, -1] < 0.2
    assert (disc_electrode(0.0, 0.04, n, k) == 1).all()


@pytest.mark.parametrize(
    ("change", "named"),
    [({"fat_radius": 0.01}, "layer radii"), ({"bone": 0.0}, "bone"), ({"skin": float("nan")}, "skin")],
)
def test_impossible_cylinders_are_refused_by_name(change, named):
    values = {**vars(FOREARM), **change}
    with pytest.raises(InvalidInput, match=named):
        LayeredCylinder(**values)


def test_sources_outside_the_muscle_are_refused():
    with pytest.raises(InvalidInput, match="source radius"):
        surface_transfer(FOREARM, np.array([0.037]), np.arange(2), np.array([10.0]))
