"""Gateways and the paths between them on this machine: for scripts/lab, scripts/demo, the tests and the benchmarks."""
