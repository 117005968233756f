from dataclasses import dataclass, field

import pytest

from emgsim_ros.errors import InvalidInput
from emgsim_ros.files.plans import load_plan, require_positive


@dataclass(frozen=True)
class Inner:
    kind: str = "round"
    units: int = 3


@dataclass(frozen=True)
class Outer:
    inner: Inner = field(default_factory=Inner)
    rate: float = 0.5
    steps: int = 7
    quick: bool = False
    levels: tuple[float, ...] = (1.0, 2.0)

    def __post_init__(self) -> None:
        require_positive(self, "outer", zero_allowed=("steps",))


def load(tmp_path, text, **overrides):
    path = tmp_path / "plan.yaml"
    path.write_text(text)
    return load_plan(Outer, path, **overrides)


def test_a_file_fills_what_it_names_and_overrides_win(tmp_path):
    plan = load(tmp_path, "rate: 1\ninner: {units: 5}\nlevels: [0, 3]\nquick: true\n", steps=0, rate=None)
    assert plan == Outer(Inner("round", 5), 1.0, 0, True, (0.0, 3.0))
    assert isinstance(plan.rate, float)
    assert load(tmp_path, "") == Outer()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("rat: 1", "rat"),
        ("rate: fast", "rate"),
        ("rate: 0", "rate"),
        ("steps: 2.5", "whole"),
        ("steps: -1", "steps"),
        ("quick: 1", "true or false"),
        ("levels: 3", "levels"),
        ("inner: 3", "inner"),
        ("inner: {kind: 3}", "kind"),
        ("inner: {unit: 3}", "unit"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(tmp_path, text, named):
    with pytest.raises(InvalidInput, match=named):
        load(tmp_path, text)
