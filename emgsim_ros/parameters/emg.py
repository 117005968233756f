"""Parameters of the emg node."""

from __future__ import annotations

from dataclasses import dataclass

from .declaration import parameter
from .graph_node import GraphNodeParameters


@dataclass(frozen=True)
class EmgParameters(GraphNodeParameters):
    """Electrodes, sampling, pools and noise."""

    frame: str = parameter("forearm", "Frame of the electrode positions: that of the model.")
    anatomy: str = parameter(
        "forearm", "Anatomy of the arm under the electrodes: a name in config/anatomy or the path of such a file."
    )
    subject: str = parameter(
        "",
        "Person whose EMG it is: path of a subject file (emgsim fit), which replaces anatomy, seed of the units, pool "
        "and noise; empty: nobody in particular.",
    )
    generator: str = parameter(
        "network",
        "Model of the units' potentials: the trained network, the volume conductor that it was trained on, or BioMime.",
        part="potentials",
    )
    checkpoint: str = parameter(
        "muap_generator",
        "Weights of the generator: a name in ckp or a path (of model_linear.pth for biomime; not read for conductor).",
    )
    refresh_rate: float = parameter(
        16.0, "Rate at which the potentials are updated to the fibres' length.", unit="Hz", low=1.0, high=200.0
    )
    pool: str = parameter(
        "fuglevand", "Model of the motoneurons: rate coding or leaky integrate-and-fire.", part="pool"
    )
    common_drive: float = parameter(
        0.04,
        "Fluctuation of the excitation that all units of a muscle share, relative to the excitation (below 5 Hz).",
        low=0.0,
        high=0.5,
    )
    independent_noise: float = parameter(
        0.1,
        "Coefficient of variation of the intervals between discharges, far above the threshold of recruitment.",
        low=0.0,
        high=0.3,
    )
    fatigue: bool = parameter(False, "Muscle fatigue: conduction velocity and firing rates fall during contraction.")
    device: str = parameter("cpu", "Device on which the potentials are computed and summed.", choices=("cpu", "cuda"))
    seed: int = parameter(1, "Scenario seed of the motor units, their spikes and the noise.", low=0, high=2**31 - 1)
    sample_rate: int = parameter(2048, "Samples per second and electrode.", unit="Hz", low=500, high=20000)
    block_length: int = parameter(32, "Samples per message.", low=1, high=4096)
    rows: int = parameter(10, "Electrodes along the forearm.", low=1, high=64)
    columns: int = parameter(32, "Electrodes around the forearm.", low=1, high=128)
    spacing: float = parameter(8.0, "Distance between rows.", unit="mm", low=1.0, high=50.0)
    column_spacing: float = parameter(
        0.0, "Distance between columns on the skin; 0: evenly around the limb.", unit="mm", low=0.0, high=50.0
    )
    grid_angle: float = parameter(
        0.0,
        "Where the first column lies, or the middle of a patch (column_spacing above 0), share of the circumference.",
        low=-1.0,
        high=1.0,
    )
    diameter: float = parameter(4.0, "Diameter of an electrode.", unit="mm", low=0.1, high=20.0)
    montage: str = parameter(
        "monopolar",
        "How channels are formed: single electrodes, or differences of neighbours (fewer rows).",
        part="montage",
    )
    reference: str = parameter(
        "strap",
        "What monopolar channels are measured against: a distant point, an electrode or a strap on the limb, "
        "or the average of all electrodes. Differences of neighbours do not depend on it.",
        part="reference",
    )
    reference_position: float = parameter(
        -150.0,
        "Position of the reference electrode or strap along the limb, from the grid's middle, proximal positive.",
        unit="mm",
        low=-200.0,
        high=200.0,
    )
    reference_angle: float = parameter(
        0.0, "Angle of the reference electrode, share of the circumference.", low=-1.0, high=1.0
    )
    reference_diameter: float = parameter(
        20.0, "Diameter of the reference electrode, or width of the strap.", unit="mm", low=1.0, high=50.0
    )
    muscles: tuple[str, ...] = parameter((), "Muscles to synthesise; empty for all of the anatomy.")
    muscle_map: str = parameter(
        "",
        "Assignment of model muscles to EMG muscles: a name in config/muscle_maps or the path of such a file; "
        "empty if the model has the anatomy's names.",
    )
    units_per_muscle: int = parameter(0, "Motor units in each muscle; 0 takes the anatomy's number.", low=0, high=2000)
    noise: tuple[str, ...] = parameter(
        ("electrode", "reference", "mains", "baseline", "motion", "ecg"), "Noise parts that are added.", part="noise"
    )
    noise_rms: float = parameter(
        0.003,
        "Noise of an electrode of 80 kOhm and of the reference electrode, RMS in 20 to 500 Hz.",
        unit="mV",
        low=0.0,
        high=1.0,
    )
    electrode_impedance: float = parameter(
        80.0,
        "Median impedance at 50 Hz of an electrode 4 mm across; inversely proportional to the electrode's area.",
        unit="kOhm",
        low=0.1,
        high=10000.0,
    )
    impedance_spread: float = parameter(
        0.5, "Standard deviation of the logarithm of the electrodes' impedances.", low=0.0, high=2.0
    )
    amplifier_rms: float = parameter(
        0.0006,
        "White noise of the amplifier, RMS in 20 to 500 Hz (noise part amplifier).",
        unit="mV",
        low=0.0,
        high=1.0,
    )
    mains_amplitude: float = parameter(
        0.002, "Mains interference at an electrode of 80 kOhm, peak of the fundamental.", unit="mV", low=0.0, high=10.0
    )
    mains_frequency: float = parameter(50.0, "Mains frequency.", unit="Hz", low=1.0, high=1000.0)
    baseline_rms: float = parameter(0.0, "Baseline wander (below 0.2 Hz), RMS.", unit="mV", low=0.0, high=10.0)
    motion_rate: float = parameter(0.0, "Motion artefacts in a minute.", unit="1/min", low=0.0, high=600.0)
    motion_amplitude: float = parameter(0.2, "Median peak of motion artefacts.", unit="mV", low=0.0, high=100.0)
    ecg_amplitude: float = parameter(
        0.0, "Peak of the electrocardiogram at the electrodes.", unit="mV", low=0.0, high=10.0
    )
    lost_electrodes: int = parameter(
        0,
        "Number of electrodes without contact, chosen by the seed: no EMG, tenfold noise and mains.",
        low=0,
        high=8192,
    )
    gain_spread: float = parameter(0.0, "Standard deviation of the channels' gain about 1.", low=0.0, high=0.5)
    high_pass: float = parameter(
        10.0, "Lower edge of the amplifier's pass band (fourth order, causal); 0: none.", unit="Hz", low=0.0, high=1e4
    )
    low_pass: float = parameter(
        0.0, "Upper edge of the pass band (fourth order, causal); 0: none.", unit="Hz", low=0.0, high=1e4
    )
    adc_bits: int = parameter(0, "Resolution of the analogue-to-digital conversion; 0: none.", low=0, high=32)
    adc_range: float = parameter(
        5.0, "Largest amplitude that is converted; larger ones are clipped.", unit="mV", low=0.001, high=1000.0
    )
    options: tuple[str, ...] = parameter(
        (), "Options of pool, potentials, montage, reference and noise parts, such as 'pool.rate=12.5'."
    )
