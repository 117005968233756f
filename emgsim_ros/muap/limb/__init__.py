"""The limb as the electrodes see it: layers, muscle territories, electrodes, motor units."""
