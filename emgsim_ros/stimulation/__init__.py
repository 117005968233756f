"""Epidural electrical stimulation: leads, spinal model, networks of patients, closed loop."""
