/* Tells the thread sanitizer of the slow way into and out of Swift's Mutex.
 *
 * The toolchain's library is not built for the sanitizer. What of Mutex is inlined into our code it
 * sees (one atomic instruction each), but a thread that has to wait gets the lock, and gives it on,
 * inside libswiftSynchronization, where it sees nothing and would report every value behind a
 * contended Mutex as a race. This library is preloaded, calls the real functions, and says what
 * they did. `make sanitize` builds it with the toolchain's clang. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define MUTEX __attribute__((swift_context)) void *mutex

void __tsan_acquire(void *) __attribute__((weak));
void __tsan_release(void *) __attribute__((weak));

typedef __attribute__((swiftcall)) void lock_function(uint32_t thread, MUTEX);
typedef __attribute__((swiftcall)) void unlock_function(MUTEX);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, MUTEX) __asm__(LOCK);
__attribute__((swiftcall)) void unlock_slow(MUTEX) __asm__(UNLOCK);

static lock_function *real_lock;
static unlock_function *real_unlock;

__attribute__((constructor)) static void find(void) {
    real_lock = (lock_function *)dlsym(RTLD_NEXT, LOCK);
    real_unlock = (unlock_function *)dlsym(RTLD_NEXT, UNLOCK);
}

__attribute__((swiftcall)) void lock_slow(uint32_t thread, MUTEX) {
    real_lock(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void unlock_slow(MUTEX) {
    if (__tsan_release) __tsan_release(mutex);
    real_unlock(mutex);
}
