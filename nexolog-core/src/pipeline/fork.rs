//! Tells a forked child from the process whose loggers it inherited.
//!
//! A child has its parent's open files, but none of its threads, and any lock may be held for ever by a
//! thread that it does not have. So it must not touch a logger of its parent's at all; one that it
//! builds itself works. The standard library offers nothing that runs in a child, so this registers with
//! `pthread_atfork`; asking for the process id instead would cost every event a system call.

#![allow(
    unsafe_code,
    reason = "declaring a C function is unsafe, and there is no safe way to run in a forked child"
)]

use std::sync::atomic::{AtomicU32, Ordering};

/// Forks between the first logger's process and this one.
static FORKS: AtomicU32 = AtomicU32::new(0);

/// The process that a logger belongs to, among those that were forked from one another.
pub(crate) fn generation() -> u32 {
    FORKS.load(Ordering::Relaxed)
}

/// Has children counted from here on.
#[cfg(unix)]
pub(super) fn watch() {
    static REGISTER: std::sync::Once = std::sync::Once::new();
    // It fails only without memory; a child is then not told apart.
    REGISTER.call_once(|| {
        pthread_atfork(None, None, Some(in_child));
    });
}

/// There is no fork here.
#[cfg(not(unix))]
pub(super) fn watch() {}

#[cfg(unix)]
type Handler = Option<extern "C" fn()>;

// SAFETY: the signature is that of `pthread_atfork` in POSIX: it takes three functions without arguments, each of
// which may be null, and gives 0 or an error. Calling it is safe: it keeps the pointers, and the function given here
// lives as long as the process and only adds to an atomic number, which is allowed in a child.
#[cfg(unix)]
unsafe extern "C" {
    safe fn pthread_atfork(
        prepare: Handler,
        in_parent: Handler,
        in_child: Handler,
    ) -> std::ffi::c_int;
}

#[cfg(unix)]
extern "C" fn in_child() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}
