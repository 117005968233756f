import numpy as np
import pytest
from recorded_situations import RATE, situation, white
from scipy.io import savemat

from emgsim_ros.errors import InvalidInput
from emgsim_ros.sessions.pose_session import SessionFacts, write_session
from emgsim_ros.validation import Electrodes, Segment, read_segments
from emgsim_ros.validation.recording import layout_of

EMG = white(2.0)


def only(path, **values):
    [found] = read_segments(path, situation(**values))
    return found


def test_tables_with_every_unit_and_separator(tmp_path):
    for name, separator in (("a.csv", ","), ("b.txt", " "), ("c.csv", ";")):
        np.savetxt(tmp_path / name, 1e3 * EMG, delimiter=separator)
        read = only(tmp_path / name, unit="uV")
        np.testing.assert_allclose(read.emg, EMG, atol=1e-6)
        assert read.sample_rate == RATE and read.duration == 2.0 and not read.arbitrary


def test_chosen_columns(tmp_path):
    np.savetxt(tmp_path / "a.csv", np.hstack([np.arange(len(EMG))[:, None], EMG]), delimiter=",")
    np.testing.assert_allclose(only(tmp_path / "a.csv", channels=tuple(range(1, 13))).emg, EMG, atol=1e-6)
    with pytest.raises(InvalidInput, match="below 13"):
        only(tmp_path / "a.csv", channels=tuple(range(2, 14)))


def test_session_files_and_edf(tmp_path):
    write_session(
        tmp_path / "s.hdf5",
        SessionFacts("s", "t", "u", "right", 0, 2, RATE),
        EMG.astype("f4"),
        np.zeros((len(EMG), 20)),
    )
    np.testing.assert_allclose(only(tmp_path / "s.hdf5", sample_rate=0.0).emg, EMG, atol=1e-6)
    edfio = pytest.importorskip("edfio")
    signals = [edfio.EdfSignal(1e3 * column, RATE, physical_dimension="uV") for column in EMG.T]
    edfio.Edf(signals).write(tmp_path / "e.edf")
    read = only(tmp_path / "e.edf", unit="arbitrary")
    assert not read.arbitrary
    np.testing.assert_allclose(read.emg, EMG, atol=1e-4)


def test_a_file_of_ot_biolab_with_force_and_units(tmp_path):
    train, source = np.zeros((len(EMG), 1)), np.random.default_rng(0).random((len(EMG), 1))
    train[::100] = 1
    force = np.full((len(EMG), 1), 25.0)
    texts = [f"Muscle (1->1) - GRID ({n + 1})[uV]" for n in range(12)]
    texts += [
        "Decomposition of Muscle (1)[a.u]",
        "Source for decomposition of Muscle (1)[a.u]",
        "acquired data[ %(MVC)]",
    ]
    content = {
        "Data": np.hstack([1e3 * EMG, train, source, force]),
        "Description": np.array([[text] for text in texts], dtype=object),
        "SamplingFrequency": RATE,
    }
    savemat(tmp_path / "otb.mat", content)
    read = only(tmp_path / "otb.mat", segments=(Segment(start=0.5, end=1.5, excitation={"EDCM": 0.3}),))
    np.testing.assert_allclose(read.emg, EMG[500:1500], atol=1e-6)
    assert read.force is not None and np.all(read.force == 25.0)
    assert [one.tolist() for one in read.discharges] == [list(range(0, 1000, 100))]


def test_unreadable_files(tmp_path):
    for name in ("a.mat", "a.csv", "a.h5", "a.edf", "a.wav"):
        (tmp_path / name).write_text("not numbers")
        with pytest.raises(InvalidInput, match="recording"):
            only(tmp_path / name)
    with pytest.raises(InvalidInput, match="existing file"):
        only(tmp_path / "missing.csv")
    np.savetxt(tmp_path / "nan.csv", np.full((2000, 12), np.nan), delimiter=",")
    with pytest.raises(InvalidInput, match="finite"):
        only(tmp_path / "nan.csv")
    savemat(tmp_path / "other.mat", {"emg": EMG})
    with pytest.raises(InvalidInput, match="OT BioLab"):
        only(tmp_path / "other.mat")
    with pytest.raises(InvalidInput, match="bag"):
        only(tmp_path)


def test_wrong_number_of_channels_and_missing_rate(tmp_path):
    np.savetxt(tmp_path / "a.csv", EMG[:, :11], delimiter=",")
    with pytest.raises(InvalidInput, match=r"number of channels is 11; expected 12"):
        only(tmp_path / "a.csv")
    np.savetxt(tmp_path / "b.csv", EMG, delimiter=",")
    with pytest.raises(InvalidInput, match="sampling rate"):
        only(tmp_path / "b.csv", sample_rate=0.0)


def test_a_segment_outside_the_file(tmp_path):
    np.savetxt(tmp_path / "a.csv", EMG, delimiter=",")
    for start, end in ((1.0, 3.0), (1.0, 1.1), (5.0, 0.0)):
        with pytest.raises(InvalidInput, match="segment"):
            only(tmp_path / "a.csv", segments=(Segment(start=start, end=end, excitation={"EDCM": 0.3}),))


def test_segments_name_files_of_a_folder(tmp_path):
    np.savetxt(tmp_path / "S1_20P_C1.csv", EMG, delimiter=",")
    segments = tuple(Segment(file=pattern, excitation={"EDCM": 0.3}) for pattern in ("*_20P_C1.csv", "S1_*.csv"))
    assert len(read_segments(tmp_path, situation(segments=segments))) == 2
    with pytest.raises(InvalidInput, match="pattern of one file"):
        only(tmp_path, segments=(Segment(file="*_50P_C1.csv", excitation={"EDCM": 0.3}),))


@pytest.mark.parametrize(
    ("order", "missing", "expected"),
    [
        ("row", (), [[0, 1], [2, 3], [4, 5]]),
        ("column", (), [[0, 3], [1, 4], [2, 5]]),
        ("row_serpentine", (), [[0, 1], [3, 2], [4, 5]]),
        ("column_serpentine", (0,), [[np.nan, 4], [0, 3], [1, 2]]),
    ],
)
def test_places_of_the_channels(order, missing, expected):
    electrodes = Electrodes(3, 2, column_spacing=8.0, order=order, missing=missing)
    layout = layout_of(situation(electrodes=electrodes))
    np.testing.assert_array_equal(layout.image(np.arange(6.0 - len(missing))), expected)


def test_channels_between_electrodes_and_around_the_limb():
    around = Electrodes(rows=2, columns=8, montage="single_differential")
    layout = layout_of(situation(electrodes=around))
    assert (layout.rows, layout.columns, layout.closed) == (1, 8, True)
    assert layout.column_distance == pytest.approx(2 * np.pi * 40 / 8, rel=0.2)  # the forearm's radius is about 40 mm
    with pytest.raises(InvalidInput, match="missing"):
        layout_of(situation(electrodes=Electrodes(2, 8, montage="single_differential", missing=(0,))))
