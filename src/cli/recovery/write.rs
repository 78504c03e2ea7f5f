//! Writes a cut-off run to disk.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread::{self, ScopedJoinHandle};

use crate::cli::files::{Disk, StagedFolder, create_private_folders};
use crate::cli::recovery::manifest::{MANIFEST, Manifest};
use crate::cli::recovery::naming::{file_of, free_folders, name_of};
use crate::report::write_model_tensors;
use crate::telemetry::{Checkpoint, ModelState};

/// Saves a run in a new folder in `place`: the scenario and the network of each arm. All of it is
/// on the disk when this returns.
///
/// Returns the folder.
///
/// # Errors
/// Returns an error if the run cannot be written; then nothing is left of it.
pub(super) fn keep(disk: &Disk, place: &Path, checkpoint: &Checkpoint) -> io::Result<PathBuf> {
    create_private_folders(disk, place)?;
    let mut staged = StagedFolder::new(disk, place)?;
    let arms = checkpoint.models.iter().map(|model| model.arm.as_str());
    let name = name_of(&checkpoint.name, arms);
    let files = write_files(&staged, &name, checkpoint)?;
    let manifest = serde_json::to_vec(&Manifest::of(staged.path(), &name, &files)?)?;
    staged.write(MANIFEST, |to| to.write_all(&manifest))?;
    staged.sync()?;
    let folder = publish(&mut staged, place, &name)?;
    disk.sync_folder(place)?;
    Ok(folder)
}

/// Writes the scenario, and each network on a separate thread. Returns the names of the files.
fn write_files(
    staged: &StagedFolder,
    name: &str,
    checkpoint: &Checkpoint,
) -> io::Result<Vec<String>> {
    let scenario = format!("{name}.toml");
    let models = checkpoint.models.iter().map(|model| (file_of(name, &model.arm), model));
    let models: Vec<(String, &ModelState)> = models.collect();
    let write = |(file, model): &(String, &ModelState)| {
        staged.write(file, |to| write_model_tensors(to, model))
    };
    thread::scope(|scope| {
        let spawn = |model| {
            let builder = thread::Builder::new().name("keep arm".to_owned());
            // If no thread can be started, this thread writes the network.
            builder.spawn_scoped(scope, move || write(model)).map_err(|_| model)
        };
        let threads: Vec<_> = models.iter().map(spawn).collect();
        staged.write(&scenario, |to| to.write_all(checkpoint.scenario.as_bytes()))?;
        for thread in threads {
            match thread.map(ScopedJoinHandle::join) {
                Ok(Ok(written)) => written?,
                Ok(Err(_)) => return Err(io::Error::other("a thread panicked")),
                Err(model) => write(model)?,
            }
        }
        Ok(std::iter::once(scenario).chain(models.iter().map(|(file, _)| file.clone())).collect())
    })
}

/// Publishes the folder under the first free name. Programs that are cut off together each get
/// their own.
fn publish(staged: &mut StagedFolder, place: &Path, name: &str) -> io::Result<PathBuf> {
    for folder in free_folders(place, name) {
        match staged.publish(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::io;
    use std::path::Path;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::thread;

    use tempfile::TempDir;

    use super::keep;
    use crate::cli::files::examples::{checkpoint, names, sweep_down_to};
    use crate::cli::files::{Disk, is_hidden};
    use crate::cli::recovery::manifest::Manifest;
    use crate::file::InputFile;
    use crate::report::read_model_tensors;
    use crate::telemetry::Checkpoint;

    fn duel() -> Checkpoint {
        Checkpoint {
            name: "mine/duel.toml".to_owned(),
            ..checkpoint(&["quadratic", "cross-entropy"])
        }
    }

    /// Returns whether a folder holds the complete run and nothing else.
    fn is_whole(folder: &Path) -> bool {
        let is_model = |model: &crate::telemetry::ModelState| {
            let path = folder.join(format!("duel-{}.safetensors", model.arm));
            let bytes = fs::read(path).unwrap_or_default();
            read_model_tensors(InputFile::from(&bytes[..])).is_ok_and(|read| read.model == *model)
        };
        let scenario = fs::read_to_string(folder.join("duel.toml"));
        let files = fs::read_dir(folder).map_or(0, Iterator::count);
        scenario.is_ok_and(|text| text == duel().scenario)
            && duel().models.iter().all(is_model)
            && files == 4
            && Manifest::read(folder).is_some_and(|(own, _)| own.own_files(folder).is_some())
    }

    #[test]
    fn each_run_has_its_own_folder_whatever_else_exists() {
        let folder = TempDir::new().unwrap();
        let place = folder.path().join("state/cut-off");
        for (number, name) in ["duel", "duel-2"].into_iter().enumerate() {
            let kept = keep(&Disk::default(), &place, &duel()).unwrap();
            assert_eq!(kept, place.join(name), "{number}");
            assert!(is_whole(&kept));
        }
        fs::create_dir(place.join("duel-4294967295")).unwrap();
        fs::write(place.join("duel-3"), "a file").unwrap();
        let kept = keep(&Disk::default(), &place, &duel()).unwrap();
        assert_eq!(kept, place.join("duel-4"));
    }

    #[test]
    fn runs_that_are_cut_off_together_are_all_saved() {
        let folder = TempDir::new().unwrap();
        let keep_one = || keep(&Disk::default(), folder.path(), &duel()).unwrap();
        let kept: BTreeSet<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..20).map(|_| scope.spawn(keep_one)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(kept.len(), 20);
        assert!(kept.iter().all(|folder| is_whole(folder)));
    }

    #[test]
    fn a_run_is_synced_before_its_folder_is_published_and_the_name_before_it_is_returned() {
        let folder = TempDir::new().unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&calls);
        let disk = Disk::watched(move |call| {
            seen.lock().unwrap().push(format!("{call:?}"));
            Ok(())
        });
        keep(&disk, folder.path(), &duel()).unwrap();
        let calls = calls.lock().unwrap();
        let named = calls.iter().position(|call| call == "Rename").unwrap();
        let before = |what: &str| calls[..named].iter().filter(|call| *call == what).count();
        assert_eq!((before("CreateFile"), before("SyncFile")), (4, 4));
        let last = calls[..named].iter().rposition(|call| call.ends_with("File")).unwrap();
        assert_eq!(calls[last + 1..], ["SyncFolder", "Rename", "SyncFolder"]);
    }

    /// Saves a run with a fault at each call in turn.
    fn at_every_call(is_wrong: fn(usize, usize) -> bool, check: impl Fn(usize, &TempDir, bool)) {
        for number in 0.. {
            let folder = TempDir::new().unwrap();
            let calls = Arc::new(AtomicUsize::new(0));
            let count = Arc::clone(&calls);
            let disk = Disk::watched(move |_| {
                let call = count.fetch_add(1, Ordering::Relaxed);
                let fails = is_wrong(call, number);
                if fails { Err(io::Error::other("on purpose")) } else { Ok(()) }
            });
            let kept = keep(&disk, folder.path(), &duel()).is_ok();
            check(number, &folder, kept);
            if calls.load(Ordering::Relaxed) <= number {
                assert!(number > 20 && kept, "every call was reached");
                return;
            }
        }
    }

    /// Returns the names of the published folders.
    fn visible(folder: &TempDir) -> Vec<String> {
        let mut names = names(folder);
        names.retain(|name| !is_hidden(name.as_ref()));
        names
    }

    #[test]
    fn a_program_killed_at_any_call_leaves_a_complete_folder_or_none() {
        at_every_call(
            |call, number| call >= number,
            |number, folder, _| {
                let visible = visible(folder);
                let is_whole = visible.iter().all(|name| is_whole(&folder.path().join(name)));
                assert!(is_whole, "at {number}: {visible:?}");
                // The next program sweeps the rest.
                sweep_down_to(folder, &visible);
            },
        );
    }

    #[test]
    fn an_error_at_any_call_leaves_no_partial_folder() {
        at_every_call(
            |call, number| call == number,
            |number, folder, kept| {
                let names = names(folder);
                let is_whole = names.iter().all(|name| is_whole(&folder.path().join(name)));
                assert!(is_whole, "at {number}: {names:?}");
                assert!(!kept || names == ["duel"], "at {number}");
            },
        );
    }
}
