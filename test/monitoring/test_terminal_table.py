import io

from rich.console import Console

from emgsim_ros.monitoring.terminal_table import GraphTable, NodeReport


def drawn(table, now):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(table.draw(now))
    return console.export_text()


def test_every_node_stands_with_its_numbers():
    table = GraphTable()
    table.take("emgsim: monitor", NodeReport(0, "running", {"real-time factor": "1.000", "faults": "0"}, 10.0))
    table.take("emgsim: pose", NodeReport(1, "EMG is missing", {"estimates": "64", "faults": "2"}, 10.0))
    table.take("camera driver", NodeReport(0, "running", {}, 10.0))
    text = drawn(table, 10.5)
    assert table.nodes == ("monitor", "pose") and "camera" not in text
    assert "real-time factor 1.000" in text and "EMG is missing" in text and "faults 2" in text and "warning" in text


def test_a_node_that_fell_silent_is_said_to_be():
    table = GraphTable()
    table.take("emgsim: emg", NodeReport(0, "running", {}, 10.0))
    assert "ok" in drawn(table, 12.0) and "silent for 9 s" in drawn(table, 19.0)


def test_before_the_first_report_it_says_so():
    assert "no node has reported yet" in drawn(GraphTable(), 0.0)
