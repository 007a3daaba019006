//! The one small door through which the write side reaches the disk, so that a test can fail any operation.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::names::TEMP_ENDING;

/// What the store asks of a disk. Paths are always in a directory of ours.
pub(crate) trait Fs: fmt::Debug + Send + Sync {
    /// Opens a regular file to read and append, never through a symbolic link; makes it (0600) when missing.
    fn open_append(&self, path: &Path) -> io::Result<File>;
    /// Opens a regular file to read, never through a symbolic link.
    fn open_read(&self, path: &Path) -> io::Result<File>;
    /// Makes a file (0600) that must not be there yet.
    fn create_new(&self, path: &Path) -> io::Result<File>;
    /// Writes some of `bytes`, at the end when the file was opened to append.
    fn write(&self, file: &File, bytes: &[u8]) -> io::Result<usize>;
    /// Cuts the file to `len` bytes.
    fn truncate(&self, file: &File, len: u64) -> io::Result<()>;
    /// Returns when the file's content is on the disk.
    fn sync(&self, file: &File) -> io::Result<()>;
    /// Gives a file a new name, replacing what has it.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file, or a symbolic link itself.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a directory (0700), and those above that are missing.
    fn create_dir(&self, path: &Path) -> io::Result<()>;
    /// Returns when the names in a directory are on the disk, where that can be asked for.
    #[cfg(feature = "api")]
    fn sync_names(&self, path: &Path) -> io::Result<()> {
        sync_names(path)
    }
    /// Names of a directory's entries. Names that are not UTF-8 are left out: none is ours.
    fn list(&self, path: &Path) -> io::Result<Vec<String>>;
    /// Free bytes on the disk that holds `path`, where it can be told.
    fn free_space(&self, path: &Path) -> Option<u64>;
    /// The most bytes that a file of this process may have, when it is bounded.
    fn size_limit(&self) -> Option<u64>;
}

/// Writes all of `bytes`.
pub(super) fn write_all(fs: &dyn Fs, file: &File, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match fs.write(file, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Removes a file; it is all the same when it is gone already.
pub(super) fn remove_if_there(fs: &dyn Fs, path: &Path) -> io::Result<()> {
    match fs.remove(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// Puts a file with `bytes` in the place of the one that has the name, or leaves that one as it was.
pub(super) fn replace(fs: &dyn Fs, directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let temp = directory.join(format!("{name}{TEMP_ENDING}"));
    remove_if_there(fs, &temp)?;
    let file = fs.create_new(&temp)?;
    let written = write_all(fs, &file, bytes)
        .and_then(|()| fs.sync(&file))
        .and_then(|()| fs.rename(&temp, &directory.join(name)));
    if written.is_err() {
        // What is left is removed before the next try as well.
        let _ = fs.remove(&temp);
    }
    written
}

/// The real disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

impl Fs for Disk {
    fn open_append(&self, path: &Path) -> io::Result<File> {
        // Opened first and made second, so that the mode is set on what we made only: who changed the
        // mode of a file meant it.
        let mut options = OpenOptions::new();
        options.read(true).append(true);
        for _ in 0..8 {
            match open_regular(path, &mut options) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                result => return result,
            }
            match make(path, options.clone().create_new(true)) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                result => return result,
            }
        }
        Err(io::Error::other("the file comes and goes while it is opened"))
    }

    fn open_read(&self, path: &Path) -> io::Result<File> {
        open_regular(path, OpenOptions::new().read(true))
    }

    fn create_new(&self, path: &Path) -> io::Result<File> {
        make(path, OpenOptions::new().write(true).create_new(true))
    }

    fn write(&self, mut file: &File, bytes: &[u8]) -> io::Result<usize> {
        // A write past the limit would not fail, it would kill the process: SIGXFSZ.
        let Some(limit) = self.size_limit() else { return file.write(bytes) };
        let room = limit.saturating_sub(file.metadata()?.len());
        let room = usize::try_from(room).map_or(bytes.len(), |room| room.min(bytes.len()));
        match bytes.get(..room) {
            Some([]) | None => Err(io::ErrorKind::FileTooLarge.into()),
            Some(bytes) => file.write(bytes),
        }
    }

    fn truncate(&self, file: &File, len: u64) -> io::Result<()> {
        file.set_len(len)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        create_private_dir(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path)? {
            if let Ok(name) = entry?.file_name().into_string() {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn free_space(&self, path: &Path) -> Option<u64> {
        free_space(path)
    }

    fn size_limit(&self) -> Option<u64> {
        size_limit()
    }
}

fn open_regular(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // Asked beforehand for a clear message, and because opening some devices does something.
    refuse_irregular(&fs::symlink_metadata(path)?)?;
    let file = never_follow(options).open(path)?;
    refuse_irregular(&file.metadata()?)?;
    Ok(file)
}

fn make(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = never_follow(options).open(path)?;
    make_private(&file)?;
    Ok(file)
}

fn refuse_irregular(metadata: &fs::Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    Err(io::Error::other(if kind.is_symlink() {
        "a symbolic link is in the place of a log file and is not followed; remove it"
    } else if kind.is_dir() {
        "a directory is in the place of a log file; remove it"
    } else {
        "a pipe or a device is in the place of a log file; remove it"
    }))
}

/// The permissions that a user other than the service's own has on a directory: `true` when one may write.
#[cfg(unix)]
pub(super) fn others_may_write(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o022 != 0
}

#[cfg(not(unix))]
pub(super) fn others_may_write(_metadata: &fs::Metadata) -> bool {
    false
}

#[cfg(unix)]
fn never_follow(options: &mut OpenOptions) -> &mut OpenOptions {
    use rustix::fs::OFlags;
    use std::os::unix::fs::OpenOptionsExt as _;
    // NONBLOCK: a pipe planted at the name must not hold us until somebody reads it.
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    options.mode(0o600).custom_flags(flags.bits().cast_signed())
}

#[cfg(not(unix))]
fn never_follow(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(all(unix, feature = "api"))]
fn sync_names(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(all(not(unix), feature = "api"))]
fn sync_names(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn create_private_dir(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    if path.is_dir() {
        return Ok(());
    }
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn create_private_dir(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

#[cfg(unix)]
fn free_space(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn free_space(_path: &Path) -> Option<u64> {
    None
}

#[cfg(unix)]
fn size_limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Fsize).current
}

#[cfg(not(unix))]
fn size_limit() -> Option<u64> {
    None
}

/// The files that this process may have open at once, when they are bounded.
#[cfg(unix)]
pub(crate) fn open_files_limit() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current
}

#[cfg(not(unix))]
pub(crate) fn open_files_limit() -> Option<u64> {
    None
}

/// Whether something could not be opened because too much is open.
#[cfg(unix)]
pub(crate) fn is_out_of_files(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let code = error.raw_os_error();
    code == Some(Errno::MFILE.raw_os_error()) || code == Some(Errno::NFILE.raw_os_error())
}

#[cfg(not(unix))]
pub(crate) fn is_out_of_files(_error: &io::Error) -> bool {
    false
}

/// Whether `path` still names the open file.
#[cfg(unix)]
pub(super) fn is_in_place(file: &fs::Metadata, path: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (file.dev(), file.ino()) == (path.dev(), path.ino())
}

/// An open file keeps its name on systems without inodes.
#[cfg(not(unix))]
pub(super) fn is_in_place(_file: &fs::Metadata, _path: &fs::Metadata) -> bool {
    true
}

/// Whether no name is left for the open file: what is written to it is lost.
#[cfg(unix)]
pub(super) fn is_unlinked(file: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    file.nlink() == 0
}

#[cfg(not(unix))]
pub(super) fn is_unlinked(_file: &fs::Metadata) -> bool {
    false
}
