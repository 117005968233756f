"""The comparison of model files finds what matters and passes over what depends on the CPU."""

import pytest
from model_files import assert_same_model, differences

MODEL = """<?xml version="1.0"?>
<OpenSimDocument Version="40600">
  <Model name="m"><!--a comment-->
    <Body name="hand"><mass>0.4000001</mass><inertia>1e-3 2e-3 0</inertia></Body>
    <socket>/bodyset/hand</socket>
  </Model>
</OpenSimDocument>
"""


@pytest.fixture
def compare(tmp_path):
    """Differences between the model and a copy in which one piece of text is replaced."""

    def made(old, new):
        assert old in MODEL
        wanted, changed = tmp_path / "wanted.osim", tmp_path / "changed.osim"
        wanted.write_text(MODEL)
        changed.write_text(MODEL.replace(old, new))
        return changed, wanted

    return made


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("0.4000001", "0.4000001000001"),
        ("0.4000001", "4.000001e-1"),
        ("2e-3 0<", "2e-3 -3e-17<"),
        ("<!--a comment-->", ""),
        ("</mass><", "</mass>\n<"),
    ],
)
def test_rounding_and_layout_make_no_difference(compare, old, new):
    assert_same_model(*compare(old, new))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("0.4000001", "0.400001", "Body[hand]/mass: 0.400001, expected 0.4000001"),
        ("2e-3 0<", "2e-3 1e-9<", "inertia: 1e-9, expected 0"),
        ("2e-3 0<", "2e-3<", "'1e-3 2e-3', expected '1e-3 2e-3 0'"),
        ("0.4000001", "nan", "mass: nan"),
        ("/bodyset/hand", "/bodyset/foot", "socket: /bodyset/foot"),
        ('"40600"', '"40601"', "40601"),
        ("<socket>/bodyset/hand</socket>", "", "1 elements within, expected 2"),
        ("mass>", "weight>", "<weight>, expected <mass>"),
    ],
)
def test_what_matters_is_found_and_named(compare, old, new, named):
    found = list(differences(*compare(old, new)))
    assert len(found) == 1 and named in found[0]
    with pytest.raises(AssertionError, match="in 1 places"):
        assert_same_model(*compare(old, new))
