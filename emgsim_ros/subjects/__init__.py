"""Virtual subjects: people with different arms, who move their hands and are recorded."""
