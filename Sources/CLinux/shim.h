// Calls that are not in Swift's Glibc module: behind _GNU_SOURCE, or in headers it leaves out.
#pragma once
#include <fcntl.h>
#include <malloc.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Renames without ever replacing an existing target: 0, or -1 with errno EEXIST and the like.
static inline int rename_without_replacing(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1U /* RENAME_NOREPLACE */);
}

/// Makes all that was written to the file system of an open file durable: 0, or -1 with errno.
static inline int sync_file_system(int descriptor) {
    return (int)syscall(SYS_syncfs, descriptor);
}

/// Asks the kernel to begin writing a file's pages to the device; does not wait and may fail.
static inline void begin_writing_out(int descriptor) {
    (void)syscall(SYS_sync_file_range, descriptor, 0L, 0L, 2U /* SYNC_FILE_RANGE_WRITE */);
}
