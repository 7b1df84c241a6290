#define _GNU_SOURCE 1
#include "CTestSupport.h"

#include <stdio.h>
#include <string.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

long support_find(const void *bytes, size_t count, const void *wanted, size_t length) {
    const char *found = memmem(bytes, count, wanted, length);
    return found == NULL ? -1 : (long)(found - (const char *)bytes);
}

int support_is_in_memory(const char *path) {
#ifdef __linux__
    struct statfs info;
    return statfs(path, &info) == 0 && (info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC);
#else
    (void)path;
    return 0;
#endif
}

void support_write_lines(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
