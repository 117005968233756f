"""The trained generator of motor-unit action potentials: networks, data sets, training and evaluation."""
