import importlib

import numpy as np
import pytest
from rclpy.serialization import deserialize_message, serialize_message
from sensor_msgs.msg import PointCloud2

from emgsim_ros.emg import EmgBlock
from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import share_directory
from emgsim_ros.nodes.emg_messages import EmgClouds
from emgsim_ros.nodes.stamps import header, stamp_of_serialised, to_stamp, to_time
from emgsim_ros.signals.emg_points import points_of

INTERFACES = ["MuscleExcitation", "MuscleState", "MotorUnitSpikes", "StimulationCommand", "EmgInfo"]


@pytest.mark.parametrize("name", INTERFACES)
def test_interfaces_are_built_as_their_files_say_and_every_field_is_explained(name):
    kind = getattr(importlib.import_module("emgsim_ros.msg"), name)
    lines = (share_directory() / "msg" / f"{name}.msg").read_text().splitlines()
    fields = [line for line in lines if line and not line.startswith("#")]
    assert all("#" in line for line in fields)
    assert [line.split()[1] for line in fields] == list(kind.get_fields_and_field_types())


@pytest.mark.parametrize("stamp", [0, 1, 999_999_999, 1_000_000_000, 3_600_000_000_001])
def test_stamps_survive_the_way_through_ros(stamp):
    assert to_stamp(to_time(stamp)) == stamp
    assert stamp_of_serialised(serialize_message(PointCloud2(header=header(stamp, "f")))) == stamp


def test_stamps_are_read_in_the_byte_order_of_the_message():
    assert stamp_of_serialised(bytes([0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 7])) == 2_000_000_007
    assert stamp_of_serialised(bytes([0, 1, 0, 0, 2, 0, 0, 0, 7, 0, 0, 0])) == 2_000_000_007


@pytest.fixture
def block():
    rng = np.random.default_rng(0)
    emg = rng.standard_normal((32, 6)).astype(np.float32)
    return EmgBlock(15_625_000, emg, np.array([3, 9]), np.array([0, 1]), np.array([7, 2]))


def test_a_cloud_carries_positions_samples_and_rms(block):
    positions = np.arange(18.0).reshape(6, 3)
    cloud = deserialize_message(EmgClouds(positions, 32).serialised(block), PointCloud2)
    points = points_of(cloud)
    assert cloud.header.frame_id == "forearm" and to_stamp(cloud.header.stamp) == 15_625_000
    assert (cloud.width, cloud.height, cloud.point_step) == (6, 1, 16 + 4 * 32)
    assert {f.name: f.count for f in cloud.fields} == {"x": 1, "y": 1, "z": 1, "rms": 1, "emg": 32}
    assert np.array_equal(points["emg"].T, block.emg)
    assert np.allclose(np.stack([points[a] for a in "xyz"], 1), positions)
    assert np.allclose(points["rms"], np.sqrt((block.emg**2).mean(axis=0)), rtol=1e-6)


def test_foreign_clouds_are_refused_by_field(block):
    cloud = deserialize_message(EmgClouds(np.zeros((6, 3)), 32).serialised(block), PointCloud2)
    cloud.fields = cloud.fields[:4]
    with pytest.raises(InvalidInput, match="fields"):
        points_of(cloud)
