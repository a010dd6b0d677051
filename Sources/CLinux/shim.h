// renameat2(2) is behind _GNU_SOURCE and therefore not in Swift's Glibc module.
#pragma once
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Renames without ever replacing an existing target: 0, or -1 with errno EEXIST and the like.
static inline int rename_without_replacing(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1U /* RENAME_NOREPLACE */);
}
