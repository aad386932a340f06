"""Ropewalk on one machine: two gateways, real traffic, paths killed while it runs."""
