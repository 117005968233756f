"""Controllers for the environments: trained by reinforcement learning or by search, and tested."""
