use std::fs;

use tempfile::tempdir;

use super::support::{line, names_in, open, options, seqs_in};
use crate::store::Directory;

#[test]
fn fault_14_a_second_opener_writes_beneath_and_a_third_beside_it() {
    let root = tempdir().unwrap();
    let (first, opening) = open(root.path(), 1000);
    assert_eq!((opening.instance, first.path()), (None, root.path()));
    let (second, opening) = open(root.path(), 1000);
    assert_eq!((opening.instance, second.path()), (Some(1), &*root.path().join("instance-1")));
    let (third, opening) = open(root.path(), 1000);
    assert_eq!(opening.instance, Some(2));
    assert_ne!(first.id(), second.id());
    drop((first, third));
    assert_eq!(open(root.path(), 1000).1.instance, None, "a freed directory is used again");
}

#[test]
fn two_services_never_share_module_files() {
    let root = tempdir().unwrap();
    let (_shop, _) = open(root.path(), 1000);
    let mut worker = options(root.path(), 1000);
    worker.service = "worker".to_owned();
    let (worker, opening) = Directory::open(worker).unwrap();
    assert_eq!(opening.instance, Some(1));
    assert_eq!(worker.path(), root.path().join("instance-1"));
}

#[test]
fn the_lock_is_held_until_the_last_family_is_gone() {
    let root = tempdir().unwrap();
    let (mut directory, _) = open(root.path(), 1000);
    let family = directory.module("auth").unwrap();
    drop(directory);
    assert_eq!(open(root.path(), 1000).1.instance, Some(1));
    drop(family);
    assert_eq!(open(root.path(), 1000).1.instance, None);
}

#[test]
fn fault_25_a_file_where_the_directory_should_be_is_an_error_that_names_it() {
    let root = tempdir().unwrap();
    let path = root.path().join("logs");
    fs::write(&path, b"a file").unwrap();
    for path in [path.clone(), path.join("beneath")] {
        let error = Directory::open(options(&path, 1000)).unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&format!("`{}`", path.display())), "{text}");
        assert!(text.contains("LOG_DIR"), "{text}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn fault_49_modules_of_any_name_stay_in_the_directory() {
    let root = tempdir().unwrap();
    let logs = root.path().join("logs");
    let (mut directory, _) = open(&logs, 1000);
    for (seq, module) in
        (1..).zip(["../x", "/etc/x", "CON", "con", "Con", "", ".", "..", "a\0b", "nexolog.state"])
    {
        let mut family = directory.module(module).unwrap();
        family.append(seq, &line(seq)).unwrap();
        family.write_out().unwrap();
    }
    assert_eq!(names_in(root.path()), ["logs"]);
    let files = names_in(&logs);
    assert_eq!(files.iter().filter(|name| name.ends_with(".log")).count(), 10, "{files:?}");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;
    use std::process::Command;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    /// Runs in a process of its own (see the next test), because the umask is the whole process's.
    #[test]
    #[ignore = "run by the next test under several umasks"]
    fn write_files_under_this_umask() {
        let root = std::env::var_os("STORE_TEST_ROOT").unwrap();
        let logs = Path::new(&root).join("deep").join("logs");
        let (mut directory, _) = open(&logs, 300);
        let (_second, _) = open(&logs, 300);
        let mut main = directory.main().unwrap();
        for seq in 1..=6 {
            main.append(seq, &line(seq)).unwrap();
        }
        main.write_out().unwrap();
        directory.wait_for_sealer();
    }

    #[test]
    fn fault_31_directories_are_0700_and_files_0600_under_any_umask() {
        for umask in ["000", "022", "077", "277"] {
            let root = tempdir().unwrap();
            let status = Command::new("sh")
                .args(["-c", "umask $0 && exec \"$@\"", umask])
                .arg(std::env::current_exe().unwrap())
                .args([
                    "--ignored",
                    "--exact",
                    "store::tests::hostile::unix::write_files_under_this_umask",
                ])
                .env("STORE_TEST_ROOT", root.path())
                .output()
                .unwrap();
            assert!(status.status.success(), "{status:?}");
            let logs = root.path().join("deep").join("logs");
            assert_eq!(mode(&logs), 0o700);
            let names = names_in(&logs);
            assert!(names.len() > 4, "{names:?}");
            for name in names {
                let expected = if name == "instance-1" { 0o700 } else { 0o600 };
                assert_eq!(mode(&logs.join(&name)), expected, "{name} under umask {umask}");
            }
        }
    }

    #[test]
    fn a_mode_that_somebody_chose_is_kept_and_an_unsafe_directory_is_told() {
        let root = tempdir().unwrap();
        drop(open(root.path(), 1000).0.main());
        let active = root.path().join("shop.jsonl");
        fs::set_permissions(&active, fs::Permissions::from_mode(0o640)).unwrap();
        fs::set_permissions(root.path(), fs::Permissions::from_mode(0o770)).unwrap();
        let (mut directory, opening) = open(root.path(), 1000);
        let _main = directory.main().unwrap();
        assert_eq!(mode(&active), 0o640);
        assert_eq!(opening.warnings.len(), 1, "{:?}", opening.warnings);
    }

    #[test]
    fn fault_29_links_at_our_names_are_never_followed() {
        for name in [
            "shop.jsonl",
            "auth.log",
            "nexolog.lock",
            "nexolog.state",
            "nexolog.state.tmp",
            "shop.000000000001.jsonl",
            "shop.000000000001.jsonl.zst",
            "shop.000000000001.jsonl.zst.tmp",
            "shop.jsonl.torn",
            "instance-1",
        ] {
            for dangling in [false, true] {
                let root = tempdir().unwrap();
                let victim = root.path().join("victim");
                if !dangling {
                    fs::write(&victim, b"precious").unwrap();
                }
                let logs = root.path().join("logs");
                fs::create_dir(&logs).unwrap();
                fs::write(logs.join("worker.jsonl"), b"another's").unwrap();
                symlink(&victim, logs.join(name)).unwrap();

                if let Ok((mut directory, _)) = Directory::open(options(&logs, 300)) {
                    for family in [directory.main(), directory.module("auth")] {
                        let Ok(mut family) = family else { continue };
                        for seq in 1..=6 {
                            let _ = family.append(seq, &line(seq));
                        }
                        let _ = family.write_out();
                    }
                    directory.wait_for_sealer();
                    let _second = Directory::open(options(&logs, 300));
                }
                if dangling {
                    assert!(!victim.exists(), "{name} was followed");
                } else {
                    assert_eq!(fs::read(&victim).unwrap(), b"precious", "{name} was followed");
                }
                let expects_lines =
                    name.contains("0000") || name.contains("state") || name.contains("torn");
                if expects_lines {
                    assert_eq!(seqs_in(&logs, "shop", ".jsonl"), [1, 2, 3, 4, 5, 6], "{name}");
                }
            }
        }
    }

    #[test]
    fn fault_30_pipes_and_directories_at_our_names_are_refused_at_once() {
        for name in ["shop.jsonl", "nexolog.lock", "auth.log", "nexolog.state"] {
            for pipe in [true, false] {
                let root = tempdir().unwrap();
                let path = root.path().join(name);
                if pipe {
                    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
                } else {
                    fs::create_dir(&path).unwrap();
                }
                let opened = Directory::open(options(root.path(), 300));
                match name {
                    "auth.log" => {
                        let error = opened.unwrap().0.module("auth").unwrap_err();
                        assert!(
                            error.to_string().contains("in the place of a log file"),
                            "{error}"
                        );
                    }
                    // A state that can't be read is as one that was lost; renaming replaces a pipe.
                    "nexolog.state" if pipe => assert!(opened.is_ok()),
                    _ => assert!(opened.is_err(), "{name}"),
                }
            }
        }
    }
}
