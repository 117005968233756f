from emgsim_ros.musculoskeletal.opensim.runtime import forward_opensim_log, opensim, quiet_opensim


def test_warnings_of_opensim_are_forwarded_and_no_file_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quiet_opensim()
    received = []
    forward_opensim_log(received.append)
    model = opensim.Model()
    model.addBody(opensim.Body("loose", 1.0, opensim.Vec3(0), opensim.Inertia(1)))
    model.initSystem()
    assert any("loose" in message for message in received)
    assert list(tmp_path.iterdir()) == []
