"""The simulated networks: the only place that serves HTTP. Loopback only, by construction."""
