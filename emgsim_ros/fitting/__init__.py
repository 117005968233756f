"""Virtual subjects fitted to recordings of people."""
