/* XXH3 compiled into its callers: most texts are short, and a call through the shared library costs
 * as much as their hash. The library renames its functions by macros that Swift does not see. */
#define XXH_INLINE_ALL
#include <xxhash.h>

typedef struct {
    uint64_t low, high;
} xxh3_value;

static inline xxh3_value xxh3_128(const void *bytes, size_t count, uint64_t seed) {
    XXH128_hash_t hash = XXH3_128bits_withSeed(bytes, count, seed);
    return (xxh3_value){hash.low64, hash.high64};
}

static inline uint64_t xxh3_64(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }
