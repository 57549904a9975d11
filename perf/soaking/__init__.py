"""The parts of `perf/soak`: the cast, what is asked of it, who disturbs, the verdict."""
