"""A proportional grip signal from the EMG of the forearm, as a prosthesis would use it."""
