import pickle

from emgsim_ros.errors import InvalidInput


def test_a_refusal_comes_whole_out_of_another_process():
    error = pickle.loads(pickle.dumps(InvalidInput("rate", -1, "more than 0")))
    assert isinstance(error, InvalidInput) and str(error) == "rate is -1; expected more than 0"
    assert (error.field, error.value, error.expected) == ("rate", -1, "more than 0")
