import CLinux

/// How memory that is free again is kept for the buffers to come.
public enum LargeBuffers {
    /// Keeps up to half a GiB of free memory instead of giving it back to the system at once: a
    /// transformation frees and takes buffers of megabytes all the time, and the system hands out
    /// every page of them zeroed, which was a fifth of a small run's time. Threads share two heaps,
    /// which grow in large steps: what one gave back another takes. To be called before the
    /// process has a second thread.
    public static func keep() {
        // 32 MiB is the most that glibc takes for the first of these.
        _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
        _ = mallopt(M_TRIM_THRESHOLD, 512 << 20)
        _ = mallopt(M_TOP_PAD, 64 << 20)
        _ = mallopt(M_ARENA_MAX, 2)
    }
}
