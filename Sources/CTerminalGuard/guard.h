#ifndef SKEIN_GUARD_INTERNAL_H
#define SKEIN_GUARD_INTERNAL_H

#include "CTerminalGuard.h"

#include <signal.h>

/* Clears O_NONBLOCK, which is shared with the shell and with whatever is exec'ed, on 0, 1 and 2. */
void skein_guard_clear_nonblocking(void);

/* Sets `signal` to its default action and lets it through, in the calling thread. Signal-safe. */
void skein_guard_default(int signal);

/* What `signal` did when the program started. */
const struct sigaction *skein_guard_at_start(int signal);

#endif
