"""Pages and questions written for this project; see `benchmarks.written.questions`."""
