#ifndef SKEIN_TERMINAL_GUARD_H
#define SKEIN_TERMINAL_GUARD_H

#include <stddef.h>
#include <stdint.h>

/* Keeps what it takes to give the terminal back, prepared in static memory, so that it can be
 * done from a signal handler and from a crash. One terminal at a time; everything here belongs to
 * the process. Functions marked "signal-safe" call nothing but async-signal-safe functions. */

/* The longest byte string that skein_guard_show takes. */
#define SKEIN_GUARD_RESET_MAX 1024

/* ---- The terminal ---- */

/* Saves the terminal settings of `tty` as the ones to go back to. Returns a new descriptor of the
 * terminal, which is the one to draw on and the caller's to close: restoring turns it away from
 * the terminal, so that nothing another thread is still drawing comes after the reset bytes. -1
 * with errno set when it cannot be done. */
int skein_guard_hold(int tty);

/* From now on `reset` has to be written before the terminal is fit for others. Where standard
 * error is the same terminal, what is written to it is kept back until then, 64 KiB at most: the
 * last words of a trap would otherwise be lost with the screen, and a library's would spoil it.
 * Returns 0, or EMSGSIZE when `reset` is longer than SKEIN_GUARD_RESET_MAX. */
int skein_guard_show(const uint8_t *reset, size_t length);

/* Gives the terminal back: writes the reset bytes (if shown), restores the settings of
 * skein_guard_hold with TCSADRAIN, clears O_NONBLOCK on 0, 1 and 2, writes what was kept back.
 * Only the first call after skein_guard_hold does anything. A process in the background leaves
 * the settings to the shell that has the terminal now. Signal-safe. Returns whether this call was
 * the one that did it. */
int skein_guard_restore(void);

/* ---- Signals ---- */

/* Catches SIGSEGV, BUS, ILL, TRAP, ABRT, FPE and SYS: restore, then the handler that was there
 * (the Swift runtime's, for the backtrace), then death of the signal. SIGQUIT: restore, then
 * death. Gives the calling thread an alternate stack unless it has one. Once is enough. */
void skein_guard_catch_crashes(void);

/* Gives the calling thread an alternate signal stack unless it has one, so that an overflow of
 * its stack can be handled too. It is freed when the thread ends. Cheap when done again: on Linux
 * the main queue has no thread of its own once dispatchMain was called, so every turn of it does
 * this. */
void skein_guard_alternate_stack(void);

/* Catches SIGINT, TERM, HUP, TSTP, CONT and WINCH, except those that were ignored when the
 * program started (CONT and WINCH are caught in any case), and writes each as one byte into a
 * pipe. Returns the end to read, which is non-blocking and stays the same over the life of the
 * process, or -1 with errno set. */
int skein_guard_catch_requests(void);

/* Puts the signals of skein_guard_catch_requests back to what they were when the program
 * started. */
void skein_guard_release_requests(void);

/* Says that the pipe was read. A request to end that is not answered within two seconds lets the
 * next one restore the terminal and end the process from within the handler. Signal-safe. */
void skein_guard_answer(void);

/* Whether `signal` was ignored when the program started. */
int skein_guard_was_ignored(int signal);

/* Ends the process by `signal` with its default action, as if it had never been caught. */
_Noreturn void skein_guard_die(int signal);

/* Stops the process group as ^Z does; returns when it is continued, or at once where nobody could
 * continue it (an orphaned process group). */
void skein_guard_stop(void);

/* Whether the process group is the foreground one of `tty`; also where `tty` is no controlling
 * terminal, and there is no job control. Signal-safe. */
int skein_guard_in_foreground(int tty);

/* Waits, stopped, until a shell makes this process group the foreground one of `tty`. Returns 0,
 * or an errno value when nobody will: EIO in an orphaned process group. */
int skein_guard_come_forward(int tty);

/* ---- exec ---- */

/* Makes the process fit for exec, from the thread that will call it: stdio flushed, every
 * signal's disposition and the calling thread's mask as they were when the program started,
 * everything above descriptor 2 close-on-exec, O_NONBLOCK cleared on 0, 1 and 2. */
void skein_guard_prepare_exec(void);

/* Takes back what skein_guard_prepare_exec did to signals, after an exec that failed. */
void skein_guard_undo_exec(void);

#endif
