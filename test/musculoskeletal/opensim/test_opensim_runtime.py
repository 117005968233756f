from emgsim_ros.musculoskeletal.opensim.runtime import hear_opensim, opensim, quiet_opensim


def test_what_opensim_warns_of_is_heard_and_no_file_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quiet_opensim()
    heard = []
    hear_opensim(heard.append)
    model = opensim.Model()
    model.addBody(opensim.Body("loose", 1.0, opensim.Vec3(0), opensim.Inertia(1)))
    model.initSystem()
    assert any("loose" in message for message in heard)
    assert list(tmp_path.iterdir()) == []
