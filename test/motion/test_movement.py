import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file, share_directory
from emgsim_ros.motion import load_movement, load_poses
from emgsim_ros.signals.simulation_time import NANOSECONDS

MOVEMENTS = [
    p.stem for p in (share_directory() / "config" / "movements").glob("*.yaml") if not p.stem.endswith("poses")
]

POSES = "coordinates: [a, b]\nposes:\n  open: {}\n  bent: {a: 90}\n  side: {b: 10}\n"


@pytest.fixture
def write(tmp_path):
    (tmp_path / "poses.yaml").write_text(POSES)

    def movement(text: str) -> str:
        path = tmp_path / "movement.yaml"
        path.write_text(text)
        return str(path)

    return movement


def test_poses_add_up(tmp_path):
    (tmp_path / "poses.yaml").write_text(POSES)
    assert np.allclose(np.degrees(load_poses(tmp_path / "poses.yaml").angle("bent+side")), [90, 10])


def test_published_wrist_angles_are_in_the_table():
    poses = load_poses(config_file("poses", folder="movements"))
    flexion, deviation = poses.coordinates.index("wrist_flexion"), poses.coordinates.index("wrist_deviation")
    degrees = {name: np.degrees(angles) for name, angles in poses.angles.items()}
    assert degrees["flex"][flexion] == pytest.approx(65) and degrees["ext"][flexion] == pytest.approx(-65)
    assert degrees["rdev"][deviation] == pytest.approx(-10) and degrees["udev"][deviation] == pytest.approx(24)


def test_steps_reach_their_poses_at_their_times(write):
    movement = load_movement(
        write("repeat: false\nsteps:\n - {pose: open, hold: 1, move: 0}\n - {pose: bent, move: 1, hold: 1}\n")
    )
    at = [np.degrees(movement.target(int(t * NANOSECONDS)).position[0]) for t in (0, 1, 1.5, 2, 9)]
    assert np.allclose(at, [0, 0, 45, 90, 90])


def test_velocity_is_the_derivative_of_position(write):
    movement = load_movement(write("steps:\n - {pose: open, move: 0.7, hold: 0.1}\n - {pose: bent+side, move: 0.5}\n"))
    step = 1_000_000
    for stamp in range(step, movement.period - step, 7 * step):
        slope = (movement.target(stamp + step // 2).position - movement.target(stamp - step // 2).position) / 1e-3
        assert np.allclose(movement.target(stamp).velocity, slope, atol=2e-2)


@pytest.mark.parametrize("name", MOVEMENTS)
def test_shipped_movements_are_continuous_and_repeat(name):
    movement = load_movement(name)
    stamps = np.arange(0, movement.period + 1, 10_000_000)
    path = np.array([movement.target(int(stamp)).position for stamp in stamps])
    assert np.degrees(np.abs(np.diff(path, axis=0)).max()) < 6.0
    start, again = movement.target(123_000_000), movement.target(movement.period + 123_000_000)
    assert np.allclose(start.position, again.position) and again.stamp == movement.period + 123_000_000


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("steps: []\n", "steps"),
        ("steps:\n - {pose: fist}\n", "fist"),
        ("steps:\n - {pose: open, move: -1}\n", "move"),
        ("steps:\n - {pose: open, move: .nan}\n", "move"),
        ("steps:\n - {pose: open, moove: 1}\n", "moove"),
        ("steps:\n - {pose: open, load: {c: 1}}\n", "'c'"),
        ("steps:\n - {pose: open, load: {a: strong}}\n", "strong"),
        ("steps:\n - {pose: open, move: 0}\n", "longer than 0"),
        ("steps:\n - {pose: open\n", "line"),
        ("repeat: true\n", "steps"),
    ],
)
def test_bad_movements_are_refused_by_name(write, text, named):
    with pytest.raises(InvalidInput, match=named):
        load_movement(write(text))


def test_unknown_movement_lists_the_known_ones():
    with pytest.raises(InvalidInput, match="hand_tour"):
        load_movement("waltz")


@pytest.mark.parametrize("repeat", ["true", "false"])
def test_many_targets_are_those_of_single_ones(write, repeat):
    text = f"repeat: {repeat}\nsteps:\n - {{pose: open, move: 0.7, hold: 0.1}}\n - {{pose: bent, move: 0, hold: 0.2}}\n"
    movement = load_movement(write(text))
    stamps = np.arange(0, 3 * movement.period, 37_000_000)
    targets = movement.targets(stamps)
    assert len(targets) == len(stamps) and targets.position.shape == (len(stamps), len(movement.coordinates))
    for stamp, target in zip(stamps, targets, strict=True):
        single = movement.target(int(stamp))
        assert target.stamp == single.stamp == stamp
        for name in ("position", "velocity", "load"):
            assert np.array_equal(getattr(target, name), getattr(single, name))
