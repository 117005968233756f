"""The limb under the electrodes: layers, muscle territories, electrodes and motor units."""
