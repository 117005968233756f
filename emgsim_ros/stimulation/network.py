"""Networks that predict muscle envelopes from electrode currents, sample by sample at 1 kHz.

The variants are configurations of one model:

- ``ei``: rates are non-negative and bounded, every unit either excites or inhibits all its targets (Dale's law: all
  recurrent weights in a column have the same sign), and the muscles are read out from the excitatory units.
- ``leaky``: the same equations without the constraint on signs.
- Adaptation, synaptic depression and feedback of the output are options of both.
- ``gru`` and ``lstm``: baselines.

The equation of the rate units is

    v <- v + a (B u + J (r s) - g w + F y - v),    a = 1 - exp(-1 ms / tau),

with the rates r = tanh(max(v, 0)) (ei) or r = tanh v (leaky), the inputs u, the synaptic resources s, the adaptation w
and the delayed output y. The time constants tau are trained per unit within bounds, so a step never overshoots and
rates stay below 1: the network is stable for sequences of any length.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..errors import InvalidInput

CELLS = ("ei", "leaky", "gru", "lstm")
TIME_CONSTANTS = (2.0, 200.0)  # ms, bounds of the time constants of the units
ADAPTATION_TIME, SYNAPSE_TIME = 100.0, 150.0  # ms
FEEDBACK_DELAY = 50  # ms


@dataclass(frozen=True)
class NetworkSize:
    """Type and size of a network.

    Attributes:
        cell: Type of the recurrent units, one of `CELLS`.
        units: Number of recurrent units (per layer).
        excitatory: Share of excitatory units (ei only).
        electrode_units: Number of rectified units between the electrodes and the recurrent units; 0 connects the
            electrodes directly.
        layers: Number of recurrent layers (gru and lstm only).
        adaptation: Spike-frequency adaptation (ei and leaky only).
        synapses: Depressing synapses (ei and leaky only).
        feedback: Delayed feedback of the output (ei and leaky only).
    """

    cell: str = "ei"
    units: int = 128
    excitatory: float = 0.8
    electrode_units: int = 96
    layers: int = 1
    adaptation: bool = False
    synapses: bool = False
    feedback: bool = False


State = dict[str, Tensor]


class StimulationNetwork(nn.Module):
    """The network of one patient.

    Args:
        size: Type and size of the network.
        electrodes: Number of inputs.
        muscles: Number of outputs.

    Raises:
        InvalidInput: Unknown type of the recurrent units.
    """

    def __init__(self, size: NetworkSize, electrodes: int, muscles: int) -> None:
        super().__init__()
        if size.cell not in CELLS:
            raise InvalidInput("network: cell", size.cell, "one of " + ", ".join(CELLS))
        self.size, self.muscles = size, muscles
        inputs = size.electrode_units or electrodes
        front = [nn.Linear(electrodes, inputs, bias=True), nn.ReLU()] if size.electrode_units else []
        self.front = nn.Sequential(*front)
        if size.cell in ("gru", "lstm"):
            kind = nn.GRU if size.cell == "gru" else nn.LSTM
            self.gated = kind(inputs, size.units, size.layers, batch_first=True)
        else:
            self.cell = _RateCell(size, inputs, muscles)
        self.readout = nn.Linear(size.units if size.cell != "ei" else self.cell.excitatory_units, muscles)

    def forward(self, currents: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Predict envelopes from currents.

        Args:
            currents: [batch, time, electrodes] effective currents, mA.
            state: State after the previous call; None starts at rest.

        Returns:
            [batch, time, muscles] envelopes and the state after the last sample.
        """
        outputs, _, state = self.run(currents, state)
        return outputs, state

    def run(self, currents: Tensor, state: State | None = None) -> tuple[Tensor, Tensor, State]:
        """Return the envelopes, the [batch, time, units] hidden activity and the state; arguments as for `forward`."""
        driven = self.front(currents)
        if self.size.cell in ("gru", "lstm"):
            return self._gated(driven, state)
        state = self.cell.rest(len(currents), currents) if state is None else dict(state)
        outputs, rates = [], []
        driven = self.cell.drive(driven)
        for sample in range(currents.shape[1]):
            rate = self.cell.step(driven[:, sample], state)
            output = self.readout(rate[:, : self.readout.in_features])
            if self.size.feedback:
                state["output"] = torch.cat([state["output"][:, 1:], output[:, None]], dim=1)
            outputs.append(output)
            rates.append(rate)
        return torch.stack(outputs, dim=1), torch.stack(rates, dim=1), state

    def _gated(self, driven: Tensor, state: State | None) -> tuple[Tensor, Tensor, State]:
        given = None
        if state is not None:
            given = (state["hidden"], state["cell"]) if self.size.cell == "lstm" else state["hidden"]
        hidden, last = self.gated(driven, given)
        state = {"hidden": last[0], "cell": last[1]} if self.size.cell == "lstm" else {"hidden": last}
        return self.readout(hidden), hidden, state


class _RateCell(nn.Module):
    """The recurrent units of the types ``ei`` and ``leaky``."""

    def __init__(self, size: NetworkSize, inputs: int, muscles: int) -> None:
        super().__init__()
        self.size = size
        units = size.units
        self.excitatory_units = round(size.excitatory * units) if size.cell == "ei" else units
        self.input = nn.Linear(inputs, units)
        scale = 1.0 / units**0.5
        start = torch.rand(units, units) * 2 * scale if size.cell == "ei" else torch.randn(units, units) * scale
        self.recurrent = nn.Parameter(start * 0.1)
        self.time = nn.Parameter(torch.randn(units) - 1.0)
        sign = torch.ones(units)
        sign[self.excitatory_units :] = -size.excitatory / (1 - size.excitatory) if size.cell == "ei" else 1.0
        self.sign: Tensor
        self.others: Tensor
        self.register_buffer("sign", sign)
        self.register_buffer("others", 1 - torch.eye(units))
        if size.adaptation:
            self.adaptation = nn.Parameter(torch.full((units,), -2.0))
        if size.feedback:
            self.feedback = nn.Linear(muscles, units, bias=False)
        self._muscles = muscles

    def weights(self) -> Tensor:
        """Return the [to, from] recurrent weights; with ``ei`` every column has one sign and no unit excites itself."""
        if self.size.cell == "ei":
            return self.recurrent.abs() * self.sign * self.others
        return self.recurrent

    def time_constants(self) -> Tensor:
        """Return the [units] time constants, ms, within `TIME_CONSTANTS`."""
        low, high = TIME_CONSTANTS
        return low * (high / low) ** torch.sigmoid(self.time)

    def rest(self, batch: int, like: Tensor) -> State:
        """Return the state of rest for a batch, with the type and device of ``like``."""
        state = {"potential": like.new_zeros(batch, self.size.units)}
        if self.size.adaptation:
            state["adaptation"] = like.new_zeros(batch, self.size.units)
        if self.size.synapses:
            state["resource"] = like.new_ones(batch, self.size.units)
        if self.size.feedback:
            state["output"] = like.new_zeros(batch, FEEDBACK_DELAY, self._muscles)
        return state

    def drive(self, driven: Tensor) -> Tensor:
        """Return the [batch, time, units] input of the units and store the factors that all time steps share."""
        self._leak = 1 - torch.exp(-1 / self.time_constants())
        self._recurrent = self.weights().T
        return self.input(driven)

    def step(self, driven: Tensor, state: State) -> Tensor:
        """Advance by one millisecond, updating ``state``, and return the [batch, units] rates."""
        rate = self._rate(state["potential"])
        sent = rate * state["resource"] if self.size.synapses else rate
        target = driven + sent @ self._recurrent
        if self.size.adaptation:
            target = target - torch.nn.functional.softplus(self.adaptation) * state["adaptation"]
            state["adaptation"] = state["adaptation"] + (rate - state["adaptation"]) / ADAPTATION_TIME
        if self.size.synapses:
            used = 0.05 * sent
            state["resource"] = state["resource"] + (1 - state["resource"]) / SYNAPSE_TIME - used
        if self.size.feedback:
            target = target + self.feedback(state["output"][:, 0])
        state["potential"] = state["potential"] + self._leak * (target - state["potential"])
        return self._rate(state["potential"])

    def _rate(self, potential: Tensor) -> Tensor:
        return torch.tanh(torch.relu(potential)) if self.size.cell == "ei" else torch.tanh(potential)
