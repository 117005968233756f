"""Networks from electrode currents to muscle envelopes, step by step at 1 kHz.

One model with its variants as configurations:

- ``ei``: rates are non-negative and bounded, every unit excites or inhibits all its targets (Dale's law: the columns
  of the recurrent weights have a sign each), muscles are read from the excitatory units.
- ``leaky``: the same equations without signs.
- adaptation, synaptic depression and feedback of the output are switches of both.
- ``gru``, ``lstm``: baselines.

v <- v + a (B u + J (r s) - g w + F y - v), r = tanh(max(v, 0)) (ei) or tanh v (leaky), a = 1 - exp(-1 ms / tau). The
time constants tau are trained per unit within bounds, so a step never overshoots and rates stay below 1: the network is
stable at any length.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ..errors import InvalidInput

CELLS = ("ei", "leaky", "gru", "lstm")
TIME_CONSTANTS = (2.0, 200.0)  # ms, bounds of the units'
ADAPTATION_TIME, SYNAPSE_TIME = 100.0, 150.0  # ms
FEEDBACK_DELAY = 50  # ms


@dataclass(frozen=True)
class NetworkSize:
    """What a network is made of.

    Attributes:
        cell: One of :data:`CELLS`.
        units: Recurrent units (of each layer).
        excitatory: Share of the units that excite.
        electrode_units: Rectified units between the electrodes and the recurrent ones; 0 feeds the currents directly.
        layers: Of gru and lstm.
        adaptation, synapses, feedback: Switches of ei and leaky: spike-frequency adaptation, depressing synapses,
            delayed feedback of the output.
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
        size: What it is made of.
        electrodes, muscles: Inputs and outputs.

    Raises:
        InvalidInput: An unknown cell.
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
        """[batch, time, muscles] envelopes of [batch, time, electrodes] effective currents, and the state afterwards.

        Args:
            currents: mA.
            state: Of the call before; None: at rest.
        """
        outputs, _, state = self.run(currents, state)
        return outputs, state

    def run(self, currents: Tensor, state: State | None = None) -> tuple[Tensor, Tensor, State]:
        """As :meth:`forward`, with the [batch, time, units] hidden activity as second."""
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
    """The recurrent units of ``ei`` and ``leaky``."""

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
        """[to, from] recurrent weights; with ``ei`` every column has one sign and no unit drives itself."""
        if self.size.cell == "ei":
            return self.recurrent.abs() * self.sign * self.others
        return self.recurrent

    def time_constants(self) -> Tensor:
        """[units] ms, within :data:`TIME_CONSTANTS`."""
        low, high = TIME_CONSTANTS
        return low * (high / low) ** torch.sigmoid(self.time)

    def rest(self, batch: int, like: Tensor) -> State:
        """Everything silent."""
        state = {"potential": like.new_zeros(batch, self.size.units)}
        if self.size.adaptation:
            state["adaptation"] = like.new_zeros(batch, self.size.units)
        if self.size.synapses:
            state["resource"] = like.new_ones(batch, self.size.units)
        if self.size.feedback:
            state["output"] = like.new_zeros(batch, FEEDBACK_DELAY, self._muscles)
        return state

    def drive(self, driven: Tensor) -> Tensor:
        """[batch, time, units] input to the units; remembers what does not change from step to step."""
        self._leak = 1 - torch.exp(-1 / self.time_constants())
        self._recurrent = self.weights().T
        return self.input(driven)

    def step(self, driven: Tensor, state: State) -> Tensor:
        """[batch, units] rates after one more millisecond; the state is replaced."""
        rate = self._rate(state["potential"])
        sent = rate * state["resource"] if self.size.synapses else rate
        wanted = driven + sent @ self._recurrent
        if self.size.adaptation:
            wanted = wanted - torch.nn.functional.softplus(self.adaptation) * state["adaptation"]
            state["adaptation"] = state["adaptation"] + (rate - state["adaptation"]) / ADAPTATION_TIME
        if self.size.synapses:
            used = 0.05 * sent
            state["resource"] = state["resource"] + (1 - state["resource"]) / SYNAPSE_TIME - used
        if self.size.feedback:
            wanted = wanted + self.feedback(state["output"][:, 0])
        state["potential"] = state["potential"] + self._leak * (wanted - state["potential"])
        return self._rate(state["potential"])

    def _rate(self, potential: Tensor) -> Tensor:
        return torch.tanh(torch.relu(potential)) if self.size.cell == "ei" else torch.tanh(potential)
