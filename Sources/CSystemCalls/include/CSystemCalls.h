#ifndef SKEIN_CSYSTEM_CALLS_H
#define SKEIN_CSYSTEM_CALLS_H

#include <stdint.h>
#include <sys/types.h>

// The few calls Swift cannot make. Each returns -1 and sets errno on failure.

/// A descriptor that becomes readable when the process ends (Linux 5.3, pidfd_open(2));
/// close-on-exec. ENOSYS elsewhere.
int skein_pidfd_open(pid_t pid);

/// The user at the other end of a connected Unix socket: SO_PEERCRED on Linux, else getpeereid(3).
int skein_peer_uid(int fd, uid_t *uid);

/// The process at the other end of a connected Unix socket: the one that listens there, where the
/// caller has connected. ENOSYS where the system does not say.
int skein_peer_pid(int fd, pid_t *pid);

/// SIGTERM to the very process a descriptor of `skein_pidfd_open` stands for.
int skein_pidfd_terminate(int pidfd);

/// A descriptor that becomes readable when a link, an address or a route of this machine changes:
/// rtnetlink(7) on Linux, route(4) elsewhere. Close-on-exec, never blocking.
int skein_network_changes(void);

/// Reads away whatever can be read now. Returns 1 if there was something, 0 if not, -1 if nothing
/// will ever come again.
int skein_drain(int fd);

/// As `SO_PEERCRED` fills it on Linux (struct ucred, unix(7)).
struct skein_peer_credentials {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

/// Runs `path` in a session of its own as a child of init, so that it survives its starter and
/// is nobody's zombie. `inherited` become descriptors 3, 4, …; 0, 1 and 2 are /dev/null; every
/// other one is closed. Signal dispositions and the mask are the default ones, the directory
/// is `/`. If `path` cannot be run, "X<errno>\n" is written to the first of `inherited`.
/// Returns 0 once the process is on its way.
int skein_spawn_detached(
    const char *path, char *const argv[], char *const envp[],
    const int *inherited, int inherited_count);

/// Two paths change places in one step (renameat2(2), renamex_np(2)). ENOSYS, EINVAL or ENOTSUP
/// where the file system cannot.
int skein_exchange_paths(const char *one, const char *other);

#endif
