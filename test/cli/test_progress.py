from emgsim_ros.cli.progress import progress_bars
from emgsim_ros.jobs.progress import no_progress


def test_every_stage_gets_a_bar_with_its_latest_note(capsys):
    with progress_bars() as progress:
        progress("first", 1, 4)
        progress("first", 4, 4, "error 0.25")
        progress("second", 0.5, 2.0)
    shown = capsys.readouterr().out
    assert "first" in shown and "4/4" in shown and "error 0.25" in shown
    assert "second" in shown


def test_reports_can_be_ignored():
    no_progress("first", 1, 4, "error 0.25")
