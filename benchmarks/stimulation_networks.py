"""Networks of three virtual patients: the E/I network compared with GRU and LSTM at equal training effort.

    python benchmarks/stimulation_networks.py [--folder FOLDER] [--write]

Every network is trained on the same trials (12 epochs, batches of 24) and evaluated on the same held-out electrode
configurations. The learning rate is 0.005 for the E/I network and 0.003 for the others. The nine trainings take about
four minutes each on one core; an interrupted run is resumed.

A peak is the trial with the greatest selectivity of a muscle, with one trial for each configuration, amplitude and
frequency. The greatest of 1920 scattered values is partly due to chance. The trials are therefore measured a second
time, and the prediction is compared with that measurement. The last column compares it with the single trial that was
chosen. The rows of the patient without spread and noise are the upper limit for a perfect network. Values of the
published work, read from its figures: R2 0.64 to 0.90, r 0.85 to 0.93.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from results import machine, write_section

from emgsim_ros.files.plans import load_plan
from emgsim_ros.files.resources import config_file
from emgsim_ros.stimulation.innervation import load_innervation
from emgsim_ros.stimulation.lead import load_lead
from emgsim_ros.stimulation.metrics import Fidelity, fidelity
from emgsim_ros.stimulation.network import NetworkSize
from emgsim_ros.stimulation.patient_data import NOISE, SessionPlan, record_patient
from emgsim_ros.stimulation.recordings import Recordings, read_recordings, split_by_configuration
from emgsim_ros.stimulation.spine import VirtualPatient
from emgsim_ros.stimulation.training import StimulationTraining, StimulationTrainingPlan, predict

PATIENTS = (1, 2, 3)
KINDS = {
    "E/I, Dale's law": StimulationTrainingPlan(NetworkSize("ei"), batch=24, learning_rate=0.005),
    "GRU": StimulationTrainingPlan(NetworkSize("gru"), batch=24),
    "LSTM, 2 layers": StimulationTrainingPlan(NetworkSize("lstm", electrode_units=0, layers=2), batch=24),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("experiments/stimulation/benchmark"))
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results.md")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = [
        f"Held-out configurations of three lumbar patients, {machine()}. The head of the table shows the limits.",
        "",
        "| network | parameters | patient | recruitment R2 (0.95) | selectivity r (0.95) "
        "| peaks, second measurement (0.90) | peaks, single trial chosen |",
        "|---|---|---|---|---|---|---|",
    ]
    for patient in PATIENTS:
        rows.append(f"| the patient without noise | | {patient} | {cells(*ceiling(patient, arguments.folder))} |")
        print(rows[-1], flush=True)
    for name, plan in KINDS.items():
        for patient in PATIENTS:
            recordings = recorded(patient, arguments.folder)
            training = StimulationTraining(plan, recordings, experiment(arguments.folder, patient, plan))
            training.run(lambda stage, done, total, note: print(f"  {stage} {done}/{total} {note}", flush=True))
            size = sum(weight.numel() for weight in training.network.parameters())
            predicted = predict(training.network, recordings.signals[training.held_out])
            found = evaluated(patient, arguments.folder, training.held_out, predicted)
            rows.append(f"| {name} | {size} | {patient} | {cells(*found)} |")
            print(rows[-1], flush=True)
    print("\n".join(rows))
    if arguments.write:
        write_section("stimulation_networks.py", "\n".join(rows))


def evaluated(patient: int, folder: Path, held_out: NDArray, predicted: NDArray) -> tuple[Fidelity, Fidelity]:
    """Return the fidelity with peaks of a second measurement, and with peaks of the trials that define them."""
    measured = recorded(patient, folder).envelopes[held_out]
    again = recorded(patient, folder, repetition=1).envelopes[held_out]
    return fidelity(measured, predicted, again), fidelity(measured, predicted)


def ceiling(patient: int, folder: Path) -> tuple[Fidelity, Fidelity]:
    """Return the fidelity of a perfect network: the patient itself, without noise and spread between trials."""
    recordings = recorded(patient, folder)
    _, held_out = split_by_configuration(
        recordings.trials, StimulationTrainingPlan().held_out, StimulationTrainingPlan().seed
    )
    noise = np.random.default_rng(0).normal(0.0, NOISE, recordings.emg[held_out].shape)  # noise raises every envelope
    clean = virtual(patient).run(recordings.signals[held_out])[1] + noise
    return evaluated(patient, folder, held_out, recordings.envelopes_of(clean))


def virtual(patient: int) -> VirtualPatient:
    """Build a virtual patient from its seed."""
    lead = load_lead(config_file("lumbar", folder="leads"))
    return VirtualPatient(lead, load_innervation(config_file("leg", folder="innervation")), patient)


def cells(found: Fidelity, single: Fidelity) -> str:
    """Return the results as cells of a Markdown row."""
    values = (found.recruitment, found.selectivity, found.peaks, single.peaks)
    return " | ".join(f"{value:.3f}" for value in values)


def experiment(folder: Path, patient: int, plan: StimulationTrainingPlan) -> Path:
    """Return the folder of a training."""
    return folder / f"patient{patient}_{plan.network.cell}"


def recorded(patient: int, folder: Path, repetition: int = 0) -> Recordings:
    """Return the recordings of a patient; they are simulated and written first if they do not exist."""
    path = folder / (f"patient{patient}_again.h5" if repetition else f"patient{patient}.h5")
    if not path.exists():
        session = load_plan(SessionPlan, config_file("session", folder="stimulation"))
        record_patient(virtual(patient), session, "lumbar", repetition).write(path)
    return read_recordings(path)


if __name__ == "__main__":
    main()
