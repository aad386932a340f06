"""The process tests' laboratory: two gateways in network namespaces, joined by paths that tests cut, thin and watch."""
