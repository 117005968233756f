import csv

import pytest
import torch

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.experiments import LOSSES, Experiment


def test_an_experiment_is_continued_from_its_checkpoint(tmp_path):
    experiment = Experiment(tmp_path / "one", {"rate": 0.1})
    assert experiment.resume("cpu") is None
    experiment.save({"done": 3, "weights": torch.ones(2)})
    experiment.log("stage", 1, 0.5, 0.6)
    again = Experiment(tmp_path / "one", {"rate": 0.1})
    content = again.resume("cpu")
    assert content["done"] == 3 and torch.equal(content["weights"], torch.ones(2))
    again.log("stage", 2, 0.4, 0.5)
    with (tmp_path / "one" / LOSSES).open() as file:
        assert [row["epoch"] for row in csv.DictReader(file)] == ["1", "2"]
    with pytest.raises(InvalidInput, match="plan"):
        Experiment(tmp_path / "one", {"rate": 0.2}).resume("cpu")
