"""Virtual subjects with different arms, their hand movements and the recordings of them."""
