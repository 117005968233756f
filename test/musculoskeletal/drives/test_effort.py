"""Resistance of postures, tone and enslaving: what a drive adds to the moments of a movement."""

import numpy as np
import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.resources import config_file
from emgsim_ros.motion import MotionTarget, load_poses
from emgsim_ros.musculoskeletal import (
    Effort,
    KinematicDrive,
    TrackingDrive,
    effort_of,
    holding_activation,
    named_position,
)
from emgsim_ros.musculoskeletal.drives.contact import Contact
from emgsim_ros.musculoskeletal.drives.coordination import Coordination
from emgsim_ros.musculoskeletal.drives.enslaving import THRESHOLD, coupling, enslaved
from emgsim_ros.musculoskeletal.drives.posture import Posture
from emgsim_ros.parameters import MusculoskeletalParameters

USUAL = effort_of(MusculoskeletalParameters())
PLAIN = Effort(USUAL.co_contraction, USUAL.maximal)
FLEXORS, EXTENSORS = ("FCR", "FCU", "PL"), ("ECRL", "ECRB", "ECU")
GRIPPING = ("FDSI", "FDSM", "FDSR", "FDPI", "FDPM", "FDPR")


@pytest.fixture(scope="module")
def poses():
    return load_poses(config_file("poses", folder="movements"))


def held(model, poses, pose, effort):
    """Return the activation that holds a pose, by muscle."""
    position = np.clip(named_position(model, poses, pose), model.low, model.high)
    return dict(zip(model.muscles, holding_activation(model, position, effort), strict=True))


def mean(activation, muscles):
    return float(np.mean([activation[name] for name in muscles]))


def test_the_excursion_is_none_at_rest_and_whole_at_the_ends(model):
    posture = Posture(model)
    assert np.allclose(posture.excursion(model.rest), 0.0)
    assert np.allclose(posture.excursion(model.high + 1.0)[model.high > model.rest], 1.0)
    assert np.allclose(posture.excursion(model.low - 1.0)[model.low < model.rest], -1.0)


def test_the_resistance_pushes_towards_rest_and_grows_steeply(model):
    posture, wrist = Posture(model), model.coordinates.index("wrist_flexion")
    pushes = {}
    for share in (-1.0, 0.0, 0.2, 0.5, 1.0):
        position = model.rest.copy()
        position[wrist] += share * (model.high - model.rest if share > 0 else model.rest - model.low)[wrist]
        model.set_pose(position, 0 * position)
        moment = posture.resistance(position, model.moment_arms(), model.fibers(), Effort(resistance=0.15))
        assert not np.delete(moment, wrist).any()
        pushes[share] = moment[wrist]
    assert pushes[-1.0] < -0.5 and pushes[0.0] == 0.0
    assert 0.0 < pushes[0.2] < 0.3 * pushes[0.5] < 0.3 * pushes[1.0]


def test_wrist_gestures_reach_recorded_levels_without_much_of_the_antagonists(model, poses):
    for pose, agonists, antagonists in (("rest+flex", FLEXORS, EXTENSORS), ("rest+ext", EXTENSORS, FLEXORS)):
        usual, plain = held(model, poses, pose, USUAL), held(model, poses, pose, PLAIN)
        assert 0.1 < mean(usual, agonists) < 0.3 and mean(usual, agonists) > 2.0 * mean(plain, agonists)
        assert mean(usual, antagonists) < 0.05


def test_a_closed_hand_is_stabilised_by_the_wrist_extensors(model, poses):
    closed, plain = held(model, poses, "grasp", USUAL), held(model, poses, "grasp", PLAIN)
    assert mean(closed, GRIPPING) > 0.03 > mean(plain, GRIPPING)
    assert mean(closed, EXTENSORS) > 0.05 and mean(closed, EXTENSORS) > 3.0 * mean(plain, EXTENSORS)
    assert mean(closed, FLEXORS) < 0.03


def test_the_relaxed_hand_stays_relaxed(model, poses):
    usual, plain = (np.array(list(held(model, poses, "rest", one).values())) for one in (USUAL, PLAIN))
    assert np.allclose(usual, plain)


def test_tone_adds_activation_but_no_moment(model, poses):
    position = named_position(model, poses, "rest+ext45")
    model.set_pose(position, 0 * position)
    arms, fibers = model.moment_arms(), model.fibers()
    slack, firm = (holding_activation(model, position, Effort(tone=tone)) for tone in (0.0, 0.2))
    wrist = model.coordinates.index("wrist_flexion")
    assert firm[:27].mean() > slack[:27].mean() + 0.01
    assert (arms[wrist] * fibers.active_force) @ (firm - slack) == pytest.approx(0.0, abs=0.02)


def test_fast_joints_have_more_tone(model):
    posture, still = Posture(model), np.zeros_like(model.rest)
    model.set_pose(model.rest, still)
    arms, effort = model.moment_arms(), Effort(speed_tone=0.01)
    quick = posture.tone(model.rest, still + 5.0, arms, effort)
    assert np.allclose(posture.tone(model.rest, still, arms, effort), effort.co_contraction)
    assert np.allclose(quick[arms.any(axis=0)], effort.co_contraction + 0.05)


def test_neighbouring_parts_are_coupled_more_than_distant_ones():
    muscles = ("FCR", "EDCI", "EDCM", "EDCR", "EDCL", "FDSI", "FDSM", "FDPI", "FDPM")
    coupled = coupling(muscles)
    share = {(a, b): coupled[muscles.index(a), muscles.index(b)] for a in muscles for b in muscles}
    assert np.allclose(coupled, coupled.T) and not coupled[0].any() and not np.diagonal(coupled).any()
    assert share["EDCM", "EDCI"] > share["EDCR", "EDCI"] > share["EDCL", "EDCI"] > 0.0 == share["EDCI", "FDSI"]
    assert share["FDSM", "FDSI"] < share["EDCM", "EDCI"] < share["FDPM", "FDPI"]
    none = enslaved(coupled, np.full(len(muscles), THRESHOLD))
    some = enslaved(coupled, np.where(np.array(muscles) == "EDCI", 0.6, 0.0))
    assert not none.any() and some[2] > some[3] > some[4] > 0.0 and not some[[0, 1, 5, 6, 7, 8]].any()


def test_enslaved_fingers_are_active_and_balanced(model):
    position, still = model.rest, np.zeros_like(model.rest)
    model.set_pose(position, still)
    arms, fibers, index = model.moment_arms(), model.fibers(), model.coordinates.index
    load = np.zeros_like(still)
    for joint, moment in (("index_mcp_flexion", 1.2), ("index_pip_flexion", 0.7), ("index_dip_flexion", 0.3)):
        load[index(joint)] = moment
    needed = model.moments_needed(still) + load
    low, high, coordination = np.zeros(len(model.muscles)), np.ones(len(model.muscles)), Coordination(model)
    free, coupled = (
        coordination.activation(position, still, needed, arms, fibers, Effort(enslaving=share), low, high)
        for share in (0.0, 1.0)
    )
    middle = model.muscles.index("FDPM")
    assert coupled[middle] > free[middle] + 0.01
    exerted = arms @ (coupled * fibers.active_force + fibers.passive_force)
    joint = index("middle_mcp_flexion")
    assert exerted[joint] == pytest.approx(needed[joint], abs=0.02)


def test_the_kinematic_drive_follows_its_targets_and_settles_at_the_held_activation(model, poses):
    position = named_position(model, poses, "grasp")
    drive, none = KinematicDrive(model, 100, 40.0), np.zeros(len(model.muscles))
    target = MotionTarget(0, model.coordinates, position, 0 * position, 0 * position)
    states = [drive.step(target, none, USUAL) for _ in range(60)]
    assert np.allclose(states[-1].position, position)
    assert np.allclose(states[-1].activation, holding_activation(model, position, USUAL), atol=1e-3)


def test_the_tracking_drive_reaches_its_target_against_the_resistance(model, poses):
    rest, position = (named_position(model, poses, pose) for pose in ("rest", "rest+flex"))
    drive, none = TrackingDrive(model, 100, 40.0), np.zeros(len(model.muscles))
    wrist, states = model.coordinates.index("wrist_flexion"), []
    for step in range(150):
        angles = rest + min(step / 80, 1.0) * (position - rest)
        states.append(drive.step(MotionTarget(0, model.coordinates, angles, 0 * angles, 0 * angles), none, USUAL))
    assert np.degrees(abs(states[-1].position[wrist] - position[wrist])) < 3.0
    assert mean(dict(zip(model.muscles, states[-1].activation, strict=True)), FLEXORS) > 0.1


def test_a_factor_scales_what_the_person_adds_and_no_limit():
    twice = USUAL.scaled(2.0)
    assert (twice.resistance, twice.tone) == (2.0 * USUAL.resistance, 2.0 * USUAL.tone)
    assert (twice.co_contraction, twice.maximal) == (USUAL.co_contraction, USUAL.maximal)
    assert USUAL.scaled(100.0).resistance == 1.0 and USUAL.scaled(0.0).tone == 0.0


@pytest.mark.parametrize("name", ["resistance", "tone", "speed_tone", "enslaving"])
@pytest.mark.parametrize("value", [-0.1, 1.5, np.nan])
def test_values_out_of_range_are_refused_by_name(name, value):
    with pytest.raises(InvalidInput, match=name):
        Effort(**{name: value})


def test_a_pinch_presses_and_digits_that_are_apart_do_not(model, poses):
    contact, found = Contact(model), {}
    for pose in ("rest", "open", "pinch"):
        position = named_position(model, poses, pose)
        model.set_pose(position, 0 * position)
        moments = contact.moments(model.places(contact.points), 0 * position, Effort(resistance=0.15))
        found[pose] = dict(zip(model.coordinates, moments, strict=True))
    assert not any(found["rest"].values()) and not any(found["open"].values())
    pinch = found["pinch"]
    assert pinch["index_mcp_flexion"] > pinch["index_pip_flexion"] > pinch["index_dip_flexion"] > 0.0
    passing = contact.moments(model.places(contact.points), np.full(len(model.rest), 5.0), Effort(resistance=0.15))
    assert passing.sum() < 0.01 * sum(pinch.values())
    assert pinch["thumb_ip_flexion"] > 0.0 == pinch["middle_mcp_flexion"] == pinch["wrist_flexion"]


def test_a_pinch_takes_the_deep_flexor_and_the_wrist_extensors(model, poses):
    usual, plain = held(model, poses, "pinch", USUAL), held(model, poses, "pinch", PLAIN)
    assert usual["FDPI"] > plain["FDPI"] + 0.05
    assert mean(usual, EXTENSORS) > mean(plain, EXTENSORS) + 0.01
