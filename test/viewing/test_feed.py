"""What reaches the page, read back from its file."""

from types import SimpleNamespace

import numpy as np
import pytest
from rerun.chunk import RrdReader

from emgsim_ros.errors import InvalidInput
from emgsim_ros.viewing.electrodes import surface
from emgsim_ros.viewing.feed import Feed, FeedSettings, channel_numbers
from emgsim_ros.viewing.layout import layout
from emgsim_ros.viewing.page import TIMELINE, Pace, Page
from emgsim_ros.viewing.topics import VIEWED

from .conftest import COLUMNS, LENGTH, RATE, ROWS, positions

BLOCKS = 32  # half a second


def curve(path, entity):
    """[points] times (s) and values of a curve."""
    times, values = [], []
    for chunk in RrdReader(path).stream():
        if str(chunk.entity_path) == entity and not chunk.is_static:
            batch = chunk.to_record_batch()
            times.append(batch.column(TIMELINE).to_numpy(zero_copy_only=False).astype("int64"))
            scalars = next(name for name in batch.schema.names if name.endswith("scalars"))
            values.append(np.array([row[0] for row in batch.column(scalars).to_pylist()]))
    order = np.argsort(np.concatenate(times), kind="stable")
    return np.concatenate(times)[order] / 1e9, np.concatenate(values)[order]


def entities(path):
    return {str(chunk.entity_path) for chunk in RrdReader(path).stream()}


@pytest.fixture
def shown(tmp_path):
    def make(**settings):
        path = tmp_path / "page.rrd"
        page = Page(layout(VIEWED))
        page.save(path)
        return SimpleNamespace(feed=Feed(page, FeedSettings(**settings)), page=page, path=path)

    return make


def play(feed, messages, emg):
    feed.take("/emg/info", messages.info())
    for number in range(len(emg) // LENGTH):
        feed.take("/emg/hd", messages.cloud(number, emg[number * LENGTH : (number + 1) * LENGTH]))


def test_curves_hold_every_sample_of_the_chosen_channels_at_its_time(shown, messages):
    emg = np.random.default_rng(0).normal(0.0, 0.1, (BLOCKS * LENGTH, ROWS * COLUMNS))
    page = shown(rate=64.0, channels=(3, 17), full_scale=0.5)
    play(page.feed, messages, emg)
    page.page.close()
    for number, channel in enumerate((3, 17)):
        times, values = curve(page.path, f"/emg/{number}")
        assert np.allclose(times, np.arange(len(emg)) / RATE, atol=1e-9)
        assert np.allclose((values + number) * 6.0 * 0.5, emg[:, channel], atol=1e-6)


def test_the_map_is_updated_as_often_as_asked(shown, messages):
    page = shown(rate=8.0)
    play(page.feed, messages, np.ones((2 * RATE, ROWS * COLUMNS)))
    page.page.close()
    maps = [c for c in RrdReader(page.path).stream() if str(c.entity_path) == "/map/strength" and not c.is_static]
    assert sum(chunk.num_rows for chunk in maps) == 16


def test_a_grid_around_the_arm_is_a_closed_surface_and_an_open_one_is_not():
    grid = positions().reshape(ROWS, COLUMNS, 3)
    closed, opened = surface(grid), surface(grid[:, : COLUMNS // 2])
    assert len(closed) == 2 * (ROWS - 1) * COLUMNS and len(opened) == 2 * (ROWS - 1) * (COLUMNS // 2 - 1)
    edges = np.sort(np.concatenate([closed[:, [0, 1]], closed[:, [1, 2]], closed[:, [2, 0]]]), axis=1)
    _, shared = np.unique(edges, axis=0, return_counts=True)
    assert (shared == 1).sum() == 2 * COLUMNS and shared.max() == 2  # the two rims; every other edge has two sides


def test_the_raster_puts_muscle_above_muscle(shown, messages):
    page = shown(rate=64.0)
    page.feed.take("/emg/info", messages.info(units=(5, 3)))
    spikes = {"muscle": [0, 1, 1], "unit": [4, 0, 2], "sample": [0, 8, 16]}
    page.feed.take(
        "/emg/spikes",
        messages.of(
            "emgsim_ros/msg/MotorUnitSpikes",
            header=messages.header(1.0),
            sample_rate=float(RATE),
            block_length=LENGTH,
            muscle_name=["FDS", "EDC"],
            **{name: np.array(values, np.uint32) for name, values in spikes.items()},
        ),
    )
    page.page.close()
    assert np.allclose(curve(page.path, "/discharges/FDS"), ([1.0], [4.0]))
    assert np.allclose(curve(page.path, "/discharges/EDC"), ([1.0 + 8 / RATE, 1.0 + 16 / RATE], [5.0, 7.0]))


def test_angles_stand_in_degrees_true_and_estimated(shown, messages):
    page = shown()
    names = ["wrist_flexion", "index_mcp_flexion", "forearm_pronation"]
    page.feed.take("/joint_states", messages.joints(0.5, names, np.radians([10.0, 20.0, 30.0])))
    page.feed.take("/hand/joint_states", messages.joints(0.5, names, np.radians([11.0, 22.0, 33.0])))
    page.page.close()
    assert np.allclose(curve(page.path, "/angles/index_mcp_flexion/true"), ([0.5], [20.0]))
    assert np.allclose(curve(page.path, "/angles/index_mcp_flexion/estimate"), ([0.5], [22.0]))
    assert "/angles/forearm_pronation/true" not in entities(page.path)


def test_markers_become_lines_in_their_colours(shown, messages):
    def point(x):
        return messages.of("geometry_msgs/msg/Point", x=x, y=0.0, z=0.0)

    marker = SimpleNamespace(
        ns="bones",
        type=5,
        header=messages.header(0.1),
        scale=SimpleNamespace(x=0.006),
        color=SimpleNamespace(r=1.0, g=0.5, b=0.0),
        points=[point(float(x)) for x in range(4)],
    )
    page = shown()
    page.feed.take("/msk/markers", SimpleNamespace(markers=[marker]))
    page.page.close()
    (chunk,) = [c for c in RrdReader(page.path).stream() if str(c.entity_path) == "/arm/bones"]
    batch = chunk.to_record_batch()
    strips = next(name for name in batch.schema.names if name.endswith("strips"))
    assert batch.column(strips).to_pylist()[0] == [[[0, 0, 0], [1, 0, 0]], [[2, 0, 0], [3, 0, 0]]]


def test_contacts_show_their_currents_and_another_lead_is_left_alone(shown, messages):
    page = shown(lead="cervical")
    page.feed.take("/stim/electrodes", messages.joints(0.2, ["contact_0"], effort=[1.0]))
    names = [f"contact_{number}" for number in range(64)]
    page.feed.take("/stim/electrodes", messages.joints(0.2, names, effort=[-1.5, 1.5, *[0.0] * 62]))
    page.page.close()
    (chunk,) = [c for c in RrdReader(page.path).stream() if str(c.entity_path) == "/lead/currents"]
    batch = chunk.to_record_batch()
    labels = batch.column(next(name for name in batch.schema.names if name.endswith("labels"))).to_pylist()[0]
    assert chunk.num_rows == 1 and labels == ["0: -1.5 mA", "1: +1.5 mA"]


def test_what_does_not_fit_is_refused_by_name_and_the_page_goes_on(shown, messages):
    page = shown(rate=64.0)
    page.feed.take("/emg/info", messages.info())
    narrow = messages.cloud(0, np.ones((LENGTH, ROWS * COLUMNS)))
    narrow.width, narrow.data = 5, narrow.data[: 5 * narrow.point_step]
    with pytest.raises(InvalidInput, match=r"electrodes.*5.*3 x 8"):
        page.feed.take("/emg/hd", narrow)
    play(page.feed, messages, np.ones((BLOCKS * LENGTH, ROWS * COLUMNS)))
    page.page.close()
    assert "/map/strength" in entities(page.path)


def test_a_channel_that_does_not_exist_is_refused_by_number(shown, messages):
    with pytest.raises(InvalidInput, match=r"channels.*24.*0 to 23"):
        shown(channels=(ROWS * COLUMNS,)).feed.take("/emg/info", messages.info())


def test_channels_are_read_from_a_text():
    assert channel_numbers("0, 40,80") == (0, 40, 80) and channel_numbers("") == ()
    with pytest.raises(InvalidInput, match=r"channels.*third"):
        channel_numbers("1, third")


def test_the_pace_keeps_to_simulation_time_and_survives_a_clock_set_back():
    pace = Pace(10.0)
    due = [pace.due(stamp) for stamp in range(0, 1_000_000_000, 10_000_000)]
    assert sum(due) == 10
    assert pace.due(0)
