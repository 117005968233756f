import numpy as np
import pytest
from typer.testing import CliRunner

from emgsim_ros.cli.app import app
from emgsim_ros.errors import InvalidInput
from emgsim_ros.pose.angles import HAND_NAMES
from emgsim_ros.pose.bag_session import session_from_bag, session_to_bag
from emgsim_ros.sessions import BagWriter
from emgsim_ros.sessions.emg_bag import EmgMessages
from emgsim_ros.sessions.pose_session import ANGLE_NAMES, PoseSession, SessionFacts, write_session
from emgsim_ros.sessions.reading import read_messages
from emgsim_ros.signals.simulation_time import NANOSECONDS


def test_a_session_without_electrode_places_becomes_a_bag(session, tmp_path):
    session_to_bag(session, tmp_path / "bag")
    again = session_from_bag(tmp_path / "bag", tmp_path / "again.hdf5", ANGLE_NAMES)
    with PoseSession(session) as one, PoseSession(again) as other:
        count = other.samples
        a, b = one.read(0, count), other.read()
        assert count == one.samples // 32 * 32 and np.array_equal(a["emg"], b["emg"])
        inside = ~other.failed()
        assert inside.mean() > 0.98
        assert np.abs(a["joint_angles"] - b["joint_angles"])[inside].max() < 1e-3
        assert one.joint_states() is None and len(other.joint_states().names) == 20


def test_a_gap_in_a_bag_is_marked_and_survives_the_round_trip(session, tmp_path):
    messages = EmgMessages(np.zeros((16, 3)), 2000, 32)
    bag, rng = BagWriter(tmp_path / "bag"), np.random.default_rng(0)
    bag.add_topic("/emg/info", messages.INFO)
    bag.add_topic("/emg/hd", messages.CLOUD)
    bag.add_topic("/joint_states", messages.JOINTS)
    bag.write("/emg/info", 0, messages.info())
    for number in (*range(20), *range(25, 60)):
        bag.write(
            "/emg/hd", number * 16_000_000, messages.cloud(number * 16_000_000, rng.normal(0, 1, (32, 16)).astype("f4"))
        )
    for number in range(101):
        names = ["index_mcp_flexion"]
        bag.write("/joint_states", number, messages.joints(number * NANOSECONDS // 100, names, np.array([0.5])))
    bag.close()
    path = session_from_bag(tmp_path / "bag", tmp_path / "gap.hdf5", ["index_mcp_fe"])
    with PoseSession(path) as opened:
        assert np.flatnonzero(opened.failed()).tolist() == list(range(20 * 32, 25 * 32))
    session_to_bag(path, tmp_path / "again")
    stamps = [m.header.stamp.nanosec for m in read_messages(tmp_path / "again", "/emg/hd")]
    assert stamps == [n * 16_000_000 for n in (*range(20), *range(25, 60))]


def test_the_frame_of_the_electrodes_survives_the_round_trip(tmp_path):
    path, rng = tmp_path / "arm.hdf5", np.random.default_rng(0)
    facts = SessionFacts("arm", "s", "u", "left", 0.0, 1.0, 2000)
    emg, angles = rng.normal(0, 1, (2048, 4)).astype("f4"), np.full((2048, 20), 0.2)
    write_session(path, facts, emg, angles, np.zeros((4, 3)), frame="upper_arm")
    session_to_bag(path, tmp_path / "bag")
    for topic in ("/emg/info", "/emg/hd", "/joint_states"):
        assert next(read_messages(tmp_path / "bag", topic)).header.frame_id == "upper_arm"
    with PoseSession(session_from_bag(tmp_path / "bag", tmp_path / "again.hdf5", ANGLE_NAMES)) as again:
        assert again.frame == "upper_arm"


def test_bags_that_lack_something_are_refused_by_name(session, tmp_path):
    session_to_bag(session, tmp_path / "bag")
    with pytest.raises(InvalidInput, match="/true_hand"):
        session_from_bag(tmp_path / "bag", tmp_path / "x.hdf5", ANGLE_NAMES, joints="/true_hand")
    with pytest.raises(InvalidInput, match="wrist_flexion"):
        session_from_bag(tmp_path / "bag", tmp_path / "x.hdf5", HAND_NAMES)
    with pytest.raises(InvalidInput, match="does not exist yet"):
        session_to_bag(session, tmp_path / "bag")


def test_the_commands_turn_bags_into_sessions_and_back_and_show_both(session, tmp_path):
    def run(*arguments):
        result = CliRunner().invoke(app, ["sessions", *(str(a) for a in arguments)])
        assert result.exit_code == 0, result.output
        return result.output

    assert "/emg/hd" in run("to-bag", session, tmp_path / "bag")
    assert "16, positions stored" in run(
        "from-bag", tmp_path / "bag", tmp_path / "again.hdf5", "--no-wrist", "--user", "me"
    )
    shown = run("info", tmp_path / "again.hdf5")
    assert "me, recorded, right" in shown and "2000 Hz" in shown and "thumb_cmc_fe" in shown


def test_a_session_that_is_not_at_0_keeps_its_time(tmp_path):
    path = tmp_path / "late.hdf5"
    rng = np.random.default_rng(0)
    facts = SessionFacts("late", "s", "u", "left", 100.0, 101.0, 2000)
    write_session(path, facts, rng.normal(0, 1, (2048, 4)).astype("f4"), np.full((2048, 20), 0.2))
    session_to_bag(path, tmp_path / "bag")
    assert next(read_messages(tmp_path / "bag", "/emg/hd")).header.stamp.sec == 100
    again = session_from_bag(tmp_path / "bag", tmp_path / "again.hdf5", ANGLE_NAMES)
    with PoseSession(again) as opened:
        assert opened.facts.start == 100.0 and opened.read(0, 1)["time"][0] == 100.0
