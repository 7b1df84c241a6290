#ifndef SKEIN_TEST_SUPPORT_H
#define SKEIN_TEST_SUPPORT_H

#include <stddef.h>
#include <sys/types.h>

/* Opens a pseudo-terminal. Returns the window's end, non-blocking and close-on-exec, and writes the
 * path of the program's end; -1 with errno set when it cannot. */
int support_open_pty(char *path, size_t size);

/* Starts a program as the leader of a new session whose controlling terminal is `terminal`, with no
 * signal ignored or blocked and nothing open but 0, 1 and 2. `directory` may be NULL. Returns its
 * process id, or -1 with errno set. */
pid_t support_spawn(
    const char *terminal, const char *directory, char *const arguments[],
    char *const environment[]);

/* The place of `wanted` in `bytes`; -1 where it is not: memmem(3). */
long support_find(const void *bytes, size_t count, const void *wanted, size_t length);

/* Whether what is written there stays in memory (tmpfs, ramfs). */
int support_is_in_memory(const char *path);

/* Standard output is written at the end of each line, into a pipe as well. */
void support_write_lines(void);

#endif
