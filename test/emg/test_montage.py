import numpy as np
import pytest

from emgsim_ros.emg import EmgStream
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.muap import ElectrodeGrid, load_anatomy
from emgsim_ros.parameters import EmgParameters
from emgsim_ros.parts import build_part, part_names

ROWS, COLUMNS = 6, 8
MONTAGES = part_names("montage")[:4]


def electrodes(rows=ROWS, columns=COLUMNS, column_spacing=None):
    return ElectrodeGrid(rows, columns, 0.008, 0.004, 0.04, column_spacing)


def grid(values):
    """[1, electrodes] one sample of a [rows, columns] picture."""
    return np.asarray(values, dtype=np.float32).reshape(1, -1)


def filtered(kind, values):
    montage = build_part("montage", kind, electrodes())
    return montage.apply(grid(values)).reshape(montage.rows, montage.columns)


@pytest.mark.parametrize(("kind", "rows"), zip(MONTAGES, (6, 5, 4, 4), strict=True))
def test_channels_have_their_place_between_the_electrodes(kind, rows):
    montage = build_part("montage", kind, electrodes())
    places = np.stack([*np.meshgrid(np.arange(6.0), np.arange(8.0), indexing="ij"), np.zeros((6, 8))], axis=-1)
    channels = montage.positions(places.reshape(-1, 3)).reshape(montage.rows, montage.columns, 3)
    assert (montage.rows, montage.columns) == (rows, COLUMNS)
    assert channels[..., 0].mean() == pytest.approx(2.5)  # the middle of the grid stays the middle
    assert np.array_equal(channels[0, :, 1], np.arange(8.0))


@pytest.mark.parametrize("kind", MONTAGES[1:])
def test_what_all_electrodes_share_vanishes(kind):
    assert np.allclose(filtered(kind, np.full((ROWS, COLUMNS), 7.0)), 0.0)


@pytest.mark.parametrize("kind", MONTAGES[2:])
def test_a_slope_along_the_arm_vanishes_in_second_differences(kind):
    slope = np.repeat(np.arange(ROWS)[:, None], COLUMNS, axis=1)
    assert np.allclose(filtered(kind, slope), 0.0, atol=1e-6)
    assert np.allclose(filtered("single_differential", slope), -1.0)


def test_a_single_active_electrode_shows_the_weights():
    picture = np.zeros((ROWS, COLUMNS))
    picture[2, 0] = 1.0
    single, double, laplacian = (filtered(kind, picture) for kind in MONTAGES[1:])
    assert single[1, 0] == -1.0 and single[2, 0] == 1.0 and np.abs(single).sum() == 2.0
    assert double[:, 0].tolist() == [-1.0, 2.0, -1.0, 0.0]
    assert laplacian[1, 0] == 4.0 and laplacian[1, 1] == laplacian[1, 7] == -1.0  # the columns close around the arm
    assert laplacian.sum() == 0.0 + 4.0 - 4.0


def test_the_edges_of_a_patch_are_no_neighbours():
    patch, picture = electrodes(column_spacing=0.008), np.zeros((ROWS, COLUMNS))
    picture[2, 0] = picture[3, 4] = 1.0
    laplacian = build_part("montage", "laplacian", patch)
    made = laplacian.apply(grid(picture)).reshape(laplacian.rows, laplacian.columns)
    assert (laplacian.rows, laplacian.columns) == (ROWS - 2, COLUMNS - 2)
    assert np.array_equal(made, filtered("laplacian", picture)[:, 1:-1])
    assert made[1, -1] == 0.0 and made[1, 0] == -1.0
    placed = patch.positions(load_anatomy(config_file("forearm", folder="anatomy")).placement)
    inner = placed.reshape(ROWS, COLUMNS, 3)[1:-1, 1:-1].reshape(-1, 3)
    assert np.array_equal(laplacian.positions(placed), inner)
    double = build_part("montage", "double_differential", patch)
    assert (double.rows, double.columns) == (ROWS - 2, COLUMNS)


@pytest.mark.parametrize(
    ("kind", "rows", "columns", "named"),
    [("single_differential", 1, 8, "rows"), ("double_differential", 2, 8, "rows"), ("laplacian", 4, 2, "columns")],
)
def test_too_few_electrodes_are_refused_by_name(kind, rows, columns, named):
    with pytest.raises(InvalidInput, match=named):
        build_part("montage", kind, electrodes(rows, columns))


def test_the_stream_gives_the_montages_of_its_own_electrodes(small_emg, cache):
    distant = {**small_emg, "reference": "distant"}
    streams = {kind: EmgStream(EmgParameters(**distant, montage=kind), cache=cache) for kind in MONTAGES}
    emg = {}
    for kind, stream in streams.items():
        blocks = []
        for number in range(40):
            blocks += stream.push(number * 10_000_000, stream.muscles, np.full(len(stream.muscles), 0.4))
        emg[kind] = np.concatenate([block.emg for block in blocks])
        assert emg[kind].shape[1] == len(stream.positions) == stream.montage.rows * stream.montage.columns
    for kind, stream in streams.items():
        assert np.allclose(emg[kind], stream.montage.apply(emg["monopolar"]), atol=1e-5)


def test_differences_hear_less_of_what_is_far_away(small_emg, cache):
    """Channels opposite to an active muscle, against those over it: differences fall off faster with distance."""
    ratios = []
    for kind in ("monopolar", "single_differential"):
        quiet = {"noise_rms": 0.0, "mains_amplitude": 0.0, "muscles": ("FCU",), "montage": kind}
        stream = EmgStream(EmgParameters(**{**small_emg, **quiet}), cache=cache)
        blocks = []
        for number in range(100):
            blocks += stream.push(number * 10_000_000, stream.muscles, [0.5])
        power = np.concatenate([block.emg for block in blocks]).var(axis=0).reshape(stream.montage.rows, -1)
        around = np.sqrt(power.mean(axis=0))
        ratios.append(around.min() / around.max())
    assert ratios[1] < ratios[0]
