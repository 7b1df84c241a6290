#include "guard.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int crashes[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGSYS};
enum { CRASHES = sizeof crashes / sizeof crashes[0], STACK = 64 * 1024 };

static struct sigaction previous[NSIG];
static atomic_flag crashed = ATOMIC_FLAG_INIT;
static _Thread_local int crashed_here;

void skein_guard_default(int signal) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, NULL);
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal);
    pthread_sigmask(SIG_UNBLOCK, &only, NULL);
}

_Noreturn void skein_guard_die(int signal) {
    skein_guard_restore();
    skein_guard_default(signal);
    raise(signal);
    _exit(128 + signal);
}

/* The runtime's backtracer asks "press space to interact" for half a minute where its input is a
 * terminal; it takes the first byte it can read for "no". */
static void answer_backtracer(void) {
    int zeros = open("/dev/zero", O_RDONLY | O_CLOEXEC);
    if (zeros >= 0) dup2(zeros, STDIN_FILENO);
}

static void crash(int signal, siginfo_t *info, void *context) {
    /* Restoring or chaining crashed: nothing is left to try. */
    if (crashed_here) skein_guard_die(signal);
    /* A thread that crashes while another is on its way out goes with it. */
    while (atomic_flag_test_and_set(&crashed)) pause();
    crashed_here = 1;
    skein_guard_restore();
    const struct sigaction *chained = &previous[signal];
    if (chained->sa_flags & SA_SIGINFO) {
        answer_backtracer();
        chained->sa_sigaction(signal, info, context);
    } else if (chained->sa_handler != SIG_DFL && chained->sa_handler != SIG_IGN) {
        chained->sa_handler(signal);
    }
    /* The runtime's handler returns; where the signal was sent rather than earned, returning would
     * let the program run on. */
    skein_guard_die(signal);
}

static void quit(int signal) {
    skein_guard_die(signal);
}

void skein_guard_catch_crashes(void) {
    static atomic_flag caught = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&caught)) return;
    skein_guard_alternate_stack();
    struct sigaction action;
    for (int i = 0; i < CRASHES; i++) {
        int signal = crashes[i];
        sigaction(signal, NULL, &previous[signal]);
        memset(&action, 0, sizeof action);
        action.sa_sigaction = crash;
        /* The mask of the handler we chain to: the runtime's memory server relies on it. */
        action.sa_mask = previous[signal].sa_mask;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
        sigaction(signal, &action, NULL);
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = quit;
    action.sa_flags = SA_ONSTACK;
    sigfillset(&action.sa_mask);
    if (!skein_guard_was_ignored(SIGQUIT)) sigaction(SIGQUIT, &action, NULL);
}

static pthread_key_t stack_key;
static pthread_once_t stack_once = PTHREAD_ONCE_INIT;

static void free_stack(void *stack) {
    stack_t none = {.ss_flags = SS_DISABLE};
    sigaltstack(&none, NULL);
    free(stack);
}

static void make_stack_key(void) {
    pthread_key_create(&stack_key, free_stack);
}

void skein_guard_alternate_stack(void) {
    static _Thread_local int done;
    stack_t stack;
    if (done) return;
    done = 1;
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
    memset(&stack, 0, sizeof stack);
    stack.ss_size = STACK;
    if ((stack.ss_sp = malloc(STACK)) == NULL) return;
    if (sigaltstack(&stack, NULL) != 0) {
        free(stack.ss_sp);
        return;
    }
    pthread_once(&stack_once, make_stack_key);
    pthread_setspecific(stack_key, stack.ss_sp);
}
