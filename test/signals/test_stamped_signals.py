import numpy as np

from emgsim_ros.signals.stamped_signals import StampedSignals


def test_drive_is_linear_between_its_instants_and_held_outside():
    drive = StampedSignals(2)
    drive.add(0, np.array([0.0, 1.0]))
    drive.add(10_000_000, np.array([1.0, 0.5]))
    values = drive.at(np.array([0, 2_500_000, 10_000_000, 12_000_000]))
    assert np.allclose(values, [[0, 1], [0.25, 0.875], [1, 0.5], [1, 0.5]])


def test_reading_in_pieces_equals_reading_at_once():
    whole, pieces = StampedSignals(1), StampedSignals(1)
    for drive in (whole, pieces):
        for step in range(20):
            drive.add(step * 10_000_000, np.array([np.sin(step)]))
    stamps = np.arange(0, 190_000_000, 488_281)
    parts = np.concatenate([pieces.at(part) for part in np.array_split(stamps, 17)])
    assert np.allclose(whole.at(stamps), parts, rtol=0, atol=1e-14)


def test_old_instants_are_forgotten():
    drive = StampedSignals(1)
    for step in range(1000):
        drive.add(step * 10_000_000, np.array([0.5]))
        drive.at(np.array([step * 10_000_000]))
    assert len(drive._stamps) <= 2
