"""What `perf/run` is made of: one module a benchmark, beside what they share."""
