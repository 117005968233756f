"""Each node by itself, in this process."""

import numpy as np
import pytest
from diagnostic_msgs.msg import DiagnosticArray, DiagnosticStatus
from emgsim_ros.msg import EmgInfo, MotorUnitSpikes, MuscleExcitation, MuscleState
from rclpy.parameter import Parameter
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState, PointCloud2
from visualization_msgs.msg import MarkerArray

from emgsim_ros.errors import InvalidInput
from emgsim_ros.motion import load_movement
from emgsim_ros.nodes import qos
from emgsim_ros.nodes.emg import EmgNode
from emgsim_ros.nodes.monitor import MonitorNode
from emgsim_ros.nodes.motion import MotionNode
from emgsim_ros.nodes.musculoskeletal import MusculoskeletalNode
from emgsim_ros.nodes.recorder import RecorderNode
from emgsim_ros.nodes.stamps import header, to_stamp, to_time
from emgsim_ros.sessions.reading import read_messages
from emgsim_ros.signals.emg_points import points_of

FINGERS = "IMRL"
MUSCLES = [
    *("ECRL", "ECRB", "ECU", "FCR", "FCU", "PL", "PT", "PQ", "SUP"),
    *(f"{group}{finger}" for group in ("FDS", "FDP", "EDC") for finger in FINGERS),
    *("EDM", "EIP", "EPL", "EPB", "FPL", "APL", "OP", "APB", "FPB", "ADP"),
    *(f"{group}{number}" for group in ("RI", "LU", "UI") for number in (2, 3, 4, 5)),
]


MUSCLE_FIELDS = ("excitation", "activation", "fiber_length", "relative_fiber_length", "fiber_velocity", "tendon_force")


def stamps(messages):
    return [to_stamp(m.header.stamp) for m in messages]


def muscle_state(number, excitation=0.3, names=MUSCLES):
    values = [float(excitation)] * len(names)
    return MuscleState(header=header(number * 10_000_000), name=names, excitation=values, activation=values)


def faults(reports, node):
    return [
        status.message
        for report in reports
        for status in report.status
        if status.name == f"emgsim: {node}" and status.level == DiagnosticStatus.WARN
    ]


# --- motion


def test_motion_sends_targets_ahead_of_the_clock_by_stamp(ros):
    ros.make(MotionNode, movement="hand_tour")
    targets = ros.collect(JointState, "/motion/target", qos.history(100))
    clock = ros.publisher(Clock, "/clock")
    ros.matched(clock)
    ros.until(lambda: len(targets) == 20)  # the first 0.2 s wait for whoever joins
    for number in range(1, 31):
        clock.publish(Clock(clock=to_time(number * 10_000_000)))
    ros.until(lambda: len(targets) == 50)
    assert stamps(targets) == [n * 10_000_000 for n in range(50)]
    movement = load_movement("hand_tour")
    for message in targets:
        wanted = movement.target(to_stamp(message.header.stamp))
        assert message.name == list(wanted.coordinates)
        assert list(message.position) == wanted.position.tolist() and list(message.effort) == wanted.load.tolist()


def test_motion_takes_another_movement_while_running_and_refuses_unknown_ones(ros):
    node = ros.make(MotionNode, movement="still")
    (result,) = node.set_parameters([Parameter("movement", value="waltz")])
    assert not result.successful and "waltz" in result.reason and node.parameters.movement == "still"
    (result,) = node.set_parameters([Parameter("movement", value="index_taps")])
    assert result.successful and node.parameters.movement == "index_taps"


def test_motion_joins_a_clock_that_runs(ros):
    ros.make(MotionNode)
    targets = ros.collect(JointState, "/motion/target", qos.history(100))
    clock = ros.publisher(Clock, "/clock")
    ros.matched(clock)
    clock.publish(Clock(clock=to_time(77_000_000_000)))
    ros.until(lambda: 77_190_000_000 in stamps(targets))
    assert 77_000_000_000 in stamps(targets)


# --- musculoskeletal


def body(ros, **parameters):
    parameters = {"links_awaited": ["/muscle/state"], "real_time_factor": 5.0, **parameters}
    node = ros.make(MusculoskeletalNode, **parameters)
    return node, ros.collect(MuscleState, "/muscle/state"), ros.collect(DiagnosticArray, "/diagnostics")


def test_musculoskeletal_publishes_joints_muscles_clock_and_markers(ros):
    joints, clocks = ros.collect(JointState, "/joint_states"), ros.collect(Clock, "/clock")
    markers = ros.collect(MarkerArray, "/msk/markers", qos.MARKERS)
    ros.make(MotionNode, movement="hand_tour")
    _, states, _ = body(ros)
    ros.until(lambda: len(states) >= 100 and len(joints) >= 100 and len(markers) >= 5)
    assert np.diff(stamps(states[:100])).tolist() == [10_000_000] * 99 and stamps(states)[0] == 0
    assert {to_stamp(c.clock) for c in clocks} >= set(stamps(states[1:99]))
    state = states[50]
    assert state.name == MUSCLES
    for field in MUSCLE_FIELDS:
        assert len(getattr(state, field)) == len(MUSCLES) and np.isfinite(getattr(state, field)).all()
    assert min(state.fiber_length) > 0.01 and max(state.fiber_length) < 0.15  # metres
    assert len(joints[0].name) == len(joints[0].position) == len(joints[0].effort) == 23
    assert {m.ns for m in markers[0].markers} == {"bones", "muscles"} and len(markers[0].markers) == 1 + len(MUSCLES)


def test_musculoskeletal_rests_without_any_target(ros):
    _, states, _ = body(ros)
    ros.until(lambda: len(states) > 20)
    assert max(abs(v) for v in states[-1].fiber_velocity) < 1e-9


def test_a_plain_volatile_target_is_followed(ros):
    """As from `ros2 topic pub`: no history kept, no stamp, positions only."""
    node, states, _ = body(ros)
    joints = ros.collect(JointState, "/joint_states")
    target = ros.publisher(JointState, "/motion/target", 10)
    ros.until(lambda: len(states) > 5)
    for _ in range(5):
        target.publish(JointState(name=["wrist_flexion"], position=[0.5]))
    ros.until(lambda: joints and dict(zip(joints[-1].name, joints[-1].position, strict=True))["wrist_flexion"] > 0.49)
    assert not node.finished


def test_with_the_tracking_drive_stimulation_disturbs_and_is_made_up_for(ros):
    body(ros, drive="tracking", real_time_factor=1.0, excitation_topics=["/stim/excitation"])
    joints = ros.collect(JointState, "/joint_states")
    stimulation = ros.publisher(MuscleExcitation, "/stim/excitation")

    def wrist():
        return np.degrees(joints[-1].position[joints[-1].name.index("wrist_flexion")])

    ros.until(lambda: len(joints) > 5)
    rest = wrist()
    assert abs(rest + 10.0) < 3.0  # held at rest by the muscles

    def stimulate(reached):
        stimulation.publish(MuscleExcitation(name=["FCU"], excitation=[0.15]))
        return reached()

    ros.until(lambda: stimulate(lambda: wrist() > rest + 5.0))
    ros.until(lambda: stimulate(lambda: wrist() < rest + 4.0))


def test_an_unknown_reference_pose_is_refused_at_start(ros):
    with pytest.raises(InvalidInput, match="handstand"):
        MusculoskeletalNode(context=ros.context, overrides={"reference_pose": "handstand"})


def test_a_co_contraction_above_the_maximal_effort_is_refused_while_running(ros):
    node, _, _ = body(ros)
    (result,) = node.set_parameters([Parameter("maximal_effort", value=0.01)])
    assert not result.successful and "co_contraction" in result.reason and node.parameters.maximal_effort == 1.0
    (result,) = node.set_parameters([Parameter("maximal_effort", value=0.5)])
    assert result.successful


def test_excitation_topics_add_to_the_drive(ros):
    _, states, _ = body(ros, excitation_topics=["/stim/excitation"])
    stimulation = ros.publisher(MuscleExcitation, "/stim/excitation")
    ros.until(lambda: len(states) > 5)
    before = states[-1].excitation[3]

    def stimulated():
        stimulation.publish(MuscleExcitation(name=["FCR"], excitation=[0.5]))
        return states[-1].excitation[3] > before + 0.4

    ros.until(stimulated)


@pytest.mark.parametrize("engine", ["opensim", "mujoco"])
def test_with_the_excitation_drive_the_muscles_move_the_joints(ros, engine):
    pytest.importorskip(engine)
    topics = ["/stim/excitation"]
    _, states, _ = body(ros, drive="excitation", engine=engine, real_time_factor=1.0, excitation_topics=topics)
    joints = ros.collect(JointState, "/joint_states")
    stimulation = ros.publisher(MuscleExcitation, "/stim/excitation")
    ros.until(lambda: len(joints) > 5)

    def wrist():
        return joints[-1].position[joints[-1].name.index("wrist_flexion")]

    before = wrist()

    def moved():
        stimulation.publish(MuscleExcitation(name=["ECRB", "ECRL"], excitation=[0.5, 0.5]))
        return wrist() < before - 0.2  # extended

    ros.until(moved)
    assert max(states[-1].activation) > 0.2


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (JointState(name=["elbow"], position=[0.1]), "elbow"),
        (JointState(name=["wrist_flexion"], position=[float("nan")]), "wrist_flexion"),
        (JointState(name=["wrist_flexion"], position=[0.1, 0.2]), "length"),
        (JointState(name=["wrist_flexion"], position=[0.1], velocity=[0.1, 0.2]), "velocity"),
        (JointState(header=header(1_795_000_000_000_000_000), name=["wrist_flexion"], position=[0.1]), "stamp"),
    ],
)
def test_bad_targets_are_reported_and_the_node_goes_on(ros, message, named):
    _, states, reports = body(ros)
    target = ros.publisher(JointState, "/motion/target", 10)
    ros.matched(target)
    ros.until(lambda: len(states) > 5)
    target.publish(message)
    ros.until(lambda: any(named in fault for fault in faults(reports, "musculoskeletal")))
    count = len(states)
    ros.until(lambda: len(states) > count + 20)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        (MuscleExcitation(name=["BICEPS"], excitation=[0.1]), "BICEPS"),
        (MuscleExcitation(name=["FCR"], excitation=[float("nan")]), "FCR"),
        (MuscleExcitation(name=["FCR"], excitation=[0.1, 0.2]), "length"),
    ],
)
def test_bad_excitations_are_reported_and_the_node_goes_on(ros, message, named):
    _, states, reports = body(ros, excitation_topics=["/stim/excitation"])
    stimulation = ros.publisher(MuscleExcitation, "/stim/excitation")
    ros.matched(stimulation)
    stimulation.publish(message)
    ros.until(lambda: any(named in fault for fault in faults(reports, "musculoskeletal")))
    count = len(states)
    ros.until(lambda: len(states) > count + 20)


def test_musculoskeletal_finishes_after_its_duration(ros):
    node, states, _ = body(ros, duration=0.3)
    ros.until(lambda: node.finished)
    ros.until(lambda: len(states) == 31)
    assert stamps(states)[-1] == 300_000_000


def test_missing_model_is_named(ros):
    with pytest.raises(InvalidInput, match=r"gone\.osim"):
        ros.make(MusculoskeletalNode, model="gone.osim")


# --- emg


@pytest.fixture
def emg(ros, small_emg, cache, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    node = ros.make(EmgNode, **small_emg)
    streams = {
        "clouds": ros.collect(PointCloud2, "/emg/hd"),
        "spikes": ros.collect(MotorUnitSpikes, "/emg/spikes"),
        "info": ros.collect(EmgInfo, "/emg/info", qos.LATCHED),
        "reports": ros.collect(DiagnosticArray, "/diagnostics"),
    }
    states = ros.publisher(MuscleState, "/muscle/state")
    ros.matched(states)
    return node, streams, states


def test_emg_streams_blocks_spikes_and_facts(ros, emg):
    _, streams, states = emg
    for number in range(101):
        states.publish(muscle_state(number))
    ros.until(lambda: len(streams["clouds"]) == 64 and len(streams["spikes"]) == 64 and streams["info"])
    assert stamps(streams["clouds"]) == stamps(streams["spikes"]) == [n * 15_625_000 for n in range(64)]
    points = points_of(streams["clouds"][40])
    assert points["emg"].shape == (32, 32) and (points["rms"] > 0).all()
    info = streams["info"][0]
    assert (info.sample_rate, info.unit, info.rows, info.columns, info.block_length) == (2048.0, "mV", 4, 8, 32)
    assert sum(len(m.unit) for m in streams["spikes"]) > 50
    for message in streams["spikes"]:
        assert len(message.sample) == len(message.unit) == len(message.muscle)
        assert list(message.sample) == sorted(message.sample)
        assert all(s < 32 for s in message.sample) and all(u < 12 for u in message.unit)


@pytest.mark.parametrize(
    ("state", "named"),
    [
        (muscle_state(20, names=["BICEPS"]), "BICEPS"),
        (muscle_state(20, excitation=float("nan")), "ECRL"),
        (MuscleState(header=header(200_000_000), name=["FCR"], excitation=[0.1, 0.2]), "length"),
    ],
)
def test_bad_states_are_reported_and_the_stream_goes_on(ros, emg, state, named):
    node, streams, states = emg
    for number in range(20):
        states.publish(muscle_state(number))
    states.publish(state)
    for number in range(21, 60):
        states.publish(muscle_state(number))
    ros.until(lambda: len(streams["clouds"]) >= 37)
    assert np.diff(stamps(streams["clouds"])).tolist() == [15_625_000] * (len(streams["clouds"]) - 1)
    node.report()
    ros.until(lambda: any(named in fault for fault in faults(streams["reports"], "emg")))


def test_a_gap_in_the_states_is_reported(ros, emg):
    node, streams, states = emg
    for number in (*range(20), *range(100, 120)):
        states.publish(muscle_state(number))
    ros.until(lambda: stamps(streams["clouds"])[-1:] > [1_100_000_000])
    node.report()
    ros.until(lambda: any("stream restarts" in fault for fault in faults(streams["reports"], "emg")))


# --- monitor and recorder


def test_monitor_reports_a_silent_graph_without_a_fault(ros):
    reports = ros.collect(DiagnosticArray, "/diagnostics")
    ros.make(MonitorNode, period=0.2)
    ros.until(lambda: len(reports) > 2)
    values = {v.key: v.value for v in reports[-1].status[0].values}
    assert values["EMG blocks"] == "0" and faults(reports, "monitor") == []


def test_monitor_counts_lost_blocks(ros):
    monitor = ros.make(MonitorNode)
    info = ros.publisher(EmgInfo, "/emg/info", qos.LATCHED)
    clouds = ros.publisher(PointCloud2, "/emg/hd")
    ros.matched(info)
    ros.matched(clouds)
    info.publish(EmgInfo(sample_rate=2048.0))
    ros.until(lambda: monitor._sample_rate)
    from sensor_msgs.msg import PointField

    for number in (0, 1, 2, 5, 6):
        fields = [PointField(name="emg", datatype=PointField.FLOAT32, count=32)]
        clouds.publish(PointCloud2(header=header(number * 15_625_000), fields=fields))
    ros.until(lambda: monitor._health.summary().blocks == 5)
    assert monitor._health.summary().blocks_lost == 2


def recorded(bag):
    """Whether a bag has been flushed and can be read."""
    try:
        return len(list(read_messages(bag, "/muscle/state"))) > 2
    except InvalidInput:
        return False


def test_recorder_writes_what_it_hears(ros, tmp_path):
    states = ros.publisher(MuscleState, "/muscle/state")
    info = ros.publisher(EmgInfo, "/emg/info", qos.LATCHED)
    info.publish(EmgInfo(sample_rate=2048.0))
    bag = tmp_path / "bag"
    recorder = ros.make(RecorderNode, bag=str(bag), topics=["/muscle/state", "/emg/info", "/never"], flush_interval=0.1)
    ros.matched(states)
    for number in range(50):
        states.publish(muscle_state(number))
    ros.until(
        lambda: recorder._bag.messages.get("/muscle/state") == 50 and recorder._bag.messages.get("/emg/info") == 1
    )
    ros.until(lambda: recorded(bag))  # the next flush: before the bag is closed
    assert [m.header.stamp.nanosec for m in read_messages(bag, "/muscle/state")][:3] == [0, 10_000_000, 20_000_000]
    recorder.finish()
    assert len(list(read_messages(bag, "/muscle/state"))) == 50


# --- parameters


def test_parameters_are_declared_with_unit_range_and_description(ros):
    node = ros.make(MotionNode)
    descriptor = node.describe_parameter("lookahead")
    assert "(s)" in descriptor.description and descriptor.read_only
    assert descriptor.floating_point_range[0].from_value == 0.02
    assert not node.describe_parameter("movement").read_only


@pytest.mark.parametrize(("name", "value"), [("rat", 5), ("rate", 5000), ("rate", 2.5), ("movement", 3)])
def test_unknown_and_out_of_range_parameters_are_refused_by_name(ros, name, value):
    with pytest.raises(InvalidInput, match=name):
        ros.make(MotionNode, **{name: value})


def test_live_parameters_are_checked_and_others_stand(ros):
    node = ros.make(MusculoskeletalNode, nodes_awaited=["emg"])
    (bad,) = node.set_parameters([Parameter("co_contraction", value=0.9)])
    (good,) = node.set_parameters([Parameter("co_contraction", value=0.1)])
    (fixed,) = node.set_parameters([Parameter("rate", value=200)])
    assert not bad.successful and good.successful and not fixed.successful
    assert node.parameters.co_contraction == 0.1 and node.parameters.rate == 100
