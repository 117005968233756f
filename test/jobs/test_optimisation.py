import pytest
import torch

from emgsim_ros.jobs.optimisation import GRADIENT_NORM, descend, set_cosine_rate


def test_the_rate_falls_from_its_first_value_to_zero():
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=9.0)
    rates = []
    for done in range(5):
        set_cosine_rate(optimizer, 0.2, done, 4)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.2, 0.1707107, 0.1, 0.0292893, 0.0])


def test_a_step_lowers_the_loss_and_is_limited():
    network = torch.nn.Linear(3, 1, bias=False)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    before = network.weight.detach().clone()
    loss = (1000 * network(torch.ones(1, 3)) - 5.0).square().sum()
    assert descend(optimizer, network, loss) == pytest.approx(float(loss.detach()))
    assert (network.weight - before).norm().item() == pytest.approx(0.1 * GRADIENT_NORM, rel=1e-4)
