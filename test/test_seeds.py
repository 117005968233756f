from emgsim_ros.seeds import generator


def test_draws_depend_on_seed_and_name_alone():
    first = generator(3, "spikes", "FCR").standard_normal(5)
    generator(3, "noise").standard_normal(1000)
    assert (generator(3, "spikes", "FCR").standard_normal(5) == first).all()
    assert (generator(3, "spikes", "FCU").standard_normal(5) != first).all()
    assert (generator(4, "spikes", "FCR").standard_normal(5) != first).all()
