"""A virtual patient: responses of the spinal cord and the muscles to epidural stimulation.

The model replaces clinical recordings, which are not public. It follows the accepted chain of events (Capogrosso et al.
2013; Danner et al. 2015; Formento et al. 2018): a pulse recruits the large afferents of the posterior roots near its
cathodes and, at higher currents, motor axons; the volley reaches the motoneurons of the muscles that the root
innervates and evokes a monosynaptic response after a latency; following pulses act through depressed synapses; the
afferents of a muscle inhibit its antagonists; a pulse train facilitates responses for seconds. The constants have the
order of magnitude of published values or are assumptions of this package; each patient's own values are drawn from its
seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import InvalidInput
from ..seeds import generator
from .innervation import Innervation
from .lead import PaddleLead

Array = NDArray[np.float64]

RATE = 1000.0  # Hz, sampling rate of the model
AFFERENT_THRESHOLD, AFFERENT_SLOPE = 0.8, 0.13  # mA below a contact: half recruitment; width of the logistic
MOTOR_THRESHOLD = 2.6  # multiple of the afferents' threshold
DEPRESSION, RESOURCE_TIME = 0.35, 0.15  # share of the transmitter used by a full volley; recovery time, s
FACILITATION, FACILITATION_TIME = 0.6, 1.5  # per second of full volleys at 40 Hz; time constant, s
INHIBITION, INHIBITION_TIME = 0.35, 0.012  # weight; time constant, s
DIRECT = 0.7  # size of a full direct motor response relative to a full monosynaptic response
CROSSING = 0.06  # effect of a root on the muscles of the other side, relative to its own side
TWITCH_TIME = 0.015  # s, time constant of the activation (second order)
FULL_RATE = 30.0  # Hz, rate of full volleys at which the activation is about 1 - 1/e
RESPONSE_LENGTH = 12  # ms, duration of an EMG response
RESPONSE_SIZE = 1.0  # mV, size of a full response


@dataclass
class SpinalState:
    """State of the spinal cord; the first axis of every array is the batch.

    Attributes:
        resource: [batch, roots] available transmitter of the afferents' synapses, 0 to 1.
        facilitation: [batch, muscles] facilitation of the reflexes.
        inhibition: [batch, muscles] inhibition by the antagonists' afferents.
        volleys: [batch, delay, muscles] volleys on their way to the muscles, by remaining delay in ms.
        twitch: [batch, 2, muscles] the two stages of the activation dynamics.
        responses: [batch, delay, muscles] EMG responses of the next milliseconds, mV.
    """

    resource: Array
    facilitation: Array
    inhibition: Array
    volleys: Array
    twitch: Array
    responses: Array


class VirtualPatient:
    """The spinal cord under one lead.

    Args:
        lead: The lead.
        innervation: Innervation of the muscles.
        seed: Seed of the patient, from which the position of the lead, the thresholds, the latencies and the shares of
            the segments are drawn.

    Attributes:
        lead: The lead.
        seed: Seed of the patient.
        muscles: Names of the muscles as in the musculoskeletal model.

    Raises:
        InvalidInput: A muscle is innervated by a segment that the lead does not have.
    """

    def __init__(self, lead: PaddleLead, innervation: Innervation, seed: int) -> None:
        rng = generator(seed, "virtual_patient")
        self.lead, self.seed = lead, seed
        self.muscles = innervation.full_names(lead.sides)
        self._coupling = _coupling(lead, rng)
        roots = len(lead.roots)
        self._threshold = AFFERENT_THRESHOLD * np.exp(0.12 * rng.standard_normal(roots))
        self._slope = AFFERENT_SLOPE * np.exp(0.2 * rng.standard_normal(roots))
        self._motor_threshold = self._threshold * MOTOR_THRESHOLD * np.exp(0.1 * rng.standard_normal(roots))
        self._innervation = _innervation(lead, innervation, rng)
        self._antagonism = _antagonism(innervation, lead.sides)
        latency = innervation.latency * RATE + rng.normal(0.0, 1.0, len(self.muscles))
        self._latency = np.maximum(np.round(latency), 4).astype(int)
        self._depression = DEPRESSION * np.exp(0.15 * rng.standard_normal(roots))
        self._inhibition = INHIBITION * np.exp(0.2 * rng.standard_normal(len(self.muscles)))
        self._kernel = _response_shape(rng, len(self.muscles))
        self._longest = int(self._latency.max()) + 1

    def rest(self, batch: int) -> SpinalState:
        """Return the state of rest for a batch of this size."""
        roots, muscles = len(self.lead.roots), len(self.muscles)
        return SpinalState(
            np.ones((batch, roots)),
            np.zeros((batch, muscles)),
            np.zeros((batch, muscles)),
            np.zeros((batch, self._longest + 1, muscles)),
            np.zeros((batch, 2, muscles)),
            np.zeros((batch, RESPONSE_LENGTH, muscles)),
        )

    def step(self, state: SpinalState, current: Array, spread: Array | None = None) -> tuple[Array, Array]:
        """Advance by one millisecond.

        Args:
            state: State of the cord, updated in place.
            current: [batch, electrodes] effective current of a pulse that begins now, mA; 0 without a pulse.
            spread: [batch, muscles] factor of the responses in these trials; None for 1.

        Returns:
            [batch, muscles] activations (0 to 1) and [batch, muscles] EMG (mV) without noise.
        """
        afferents, motor = self._recruited(current)
        volley = afferents * state.resource
        state.resource += (1 - state.resource) / (RESOURCE_TIME * RATE) - self._depression * volley
        reflex = volley @ self._innervation.T
        state.facilitation += FACILITATION * reflex / FULL_RATE - state.facilitation / (FACILITATION_TIME * RATE)
        self._send(state, reflex, motor @ self._innervation.T, spread)
        arriving = state.volleys[:, 0].copy()
        state.volleys[:, :-1] = state.volleys[:, 1:]
        state.volleys[:, -1] = 0.0
        return self._activation(state, arriving), self._response(state, arriving)

    def run(self, signal: Array, spread: Array | None = None) -> tuple[Array, Array]:
        """Simulate from rest.

        Args:
            signal: [batch, samples, electrodes] effective currents, mA.
            spread: [batch, muscles] factor of the responses; None for 1.

        Returns:
            [batch, samples, muscles] activations (0 to 1) and [batch, samples, muscles] EMG (mV).
        """
        state = self.rest(len(signal))
        steps = [self.step(state, signal[:, sample], spread) for sample in range(signal.shape[1])]
        return np.stack([a for a, _ in steps], axis=1), np.stack([r for _, r in steps], axis=1)

    def _recruited(self, current: Array) -> tuple[Array, Array]:
        """Return the [batch, roots] shares of the afferents and of the motor axons that a pulse recruits."""
        drive = np.maximum(-current @ self._coupling, 0.0)

        def share(threshold: Array, slope: Array) -> Array:
            at_rest = 1 / (1 + np.exp(threshold / slope))
            return np.maximum(1 / (1 + np.exp((threshold - drive) / slope)) - at_rest, 0.0) / (1 - at_rest)

        return share(self._threshold, self._slope), share(self._motor_threshold, 2 * self._slope)

    def _send(self, state: SpinalState, reflex: Array, direct: Array, spread: Array | None) -> None:
        inhibited = np.maximum(
            reflex * (1 + np.minimum(state.facilitation, 0.5)) - self._inhibition * state.inhibition, 0
        )
        state.inhibition += reflex @ self._antagonism.T - state.inhibition / (INHIBITION_TIME * RATE)
        factor = 1.0 if spread is None else spread
        muscles = np.arange(len(self.muscles))
        state.volleys[:, self._latency, muscles] += inhibited * factor
        state.volleys[:, np.maximum(self._latency - 3, 0), muscles] += DIRECT * direct * factor

    def _activation(self, state: SpinalState, arriving: Array) -> Array:
        keep = np.exp(-1 / (TWITCH_TIME * RATE))
        first, second = state.twitch[:, 0], state.twitch[:, 1]
        first[:] = keep * first + arriving * (RATE / FULL_RATE) * (1 - keep)
        second[:] = keep * second + (1 - keep) * first
        return 1 - np.exp(-second)

    def _response(self, state: SpinalState, arriving: Array) -> Array:
        state.responses += arriving[:, None] * self._kernel
        now = state.responses[:, 0].copy()
        state.responses[:, :-1] = state.responses[:, 1:]
        state.responses[:, -1] = 0.0
        return now


def _coupling(lead: PaddleLead, rng: np.random.Generator) -> Array:
    """Return the [electrodes, roots] share of a contact's current that drives a root, (depth / distance)^2; case: 0."""
    shift = rng.normal(0.0, (0.6, 2.0))
    turn = rng.normal(0.0, 0.03)
    turned = lead.contacts @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + shift
    roots = lead.root_places + rng.normal(0.0, 0.7, (len(lead.roots), 2))
    square = np.square(turned[:, None] - roots[None]).sum(axis=2) + lead.depth**2
    return np.concatenate([lead.depth**2 / square, np.zeros((1, len(roots)))])


def _innervation(lead: PaddleLead, innervation: Innervation, rng: np.random.Generator) -> Array:
    """Return the [muscles, roots] share of each root in a muscle's response; the shares of a muscle sum to 1."""
    muscles = innervation.muscles(lead.sides)
    shares = np.zeros((len(muscles), len(lead.roots)))
    for row, (muscle, side) in enumerate(muscles):
        for segment, share in innervation.shares[muscle].items():
            if segment not in lead.segments:
                raise InvalidInput(f"innervation: {muscle}: segment", segment, "one of " + ", ".join(lead.segments))
            drawn = share * np.exp(0.25 * rng.standard_normal())
            for column, root in enumerate(lead.roots):
                if root[0] == segment:
                    shares[row, column] = drawn * (1.0 if root[1] == side else CROSSING)
    return shares / shares.sum(axis=1, keepdims=True)


def _antagonism(innervation: Innervation, sides: tuple[str, ...]) -> Array:
    """Return the [muscles, muscles] weights with which a column's afferents inhibit a row; a row sums to 1 or 0."""
    muscles = innervation.muscles(sides)
    weights = np.zeros((len(muscles), len(muscles)))
    for first, second in innervation.antagonists:
        for side in sides:
            i, j = muscles.index((first, side)), muscles.index((second, side))
            weights[i, j] = weights[j, i] = 1.0
    return weights / np.maximum(weights.sum(axis=1, keepdims=True), 1.0)


def _response_shape(rng: np.random.Generator, muscles: int) -> Array:
    """Return the [ms, muscles] biphasic EMG response of each muscle to a full volley, mV."""
    time = np.arange(RESPONSE_LENGTH)[:, None] + 0.5
    middle, width = rng.uniform(4.0, 6.0, muscles), rng.uniform(1.5, 2.2, muscles)
    shape = -(time - middle) / width * np.exp(0.5 - 0.5 * ((time - middle) / width) ** 2)
    return RESPONSE_SIZE * shape
