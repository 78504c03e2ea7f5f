//! Transfers owner, group, mode and access list from a file to its replacement.
//!
//! A new file belongs to the user who runs the program, and in general only root may give it away.
//! If owner or group cannot be set, the mode is narrowed so that no user gains access.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{Access, Gid, Mode, RawMode, Uid, access, fchmod, fchown};

use crate::cli::files::disk::{Disk, DiskCall};

/// The write bits of owner, group and others.
const WRITE: u32 = 0o222;
/// The read, write and execute bits, without set-user-ID, set-group-ID and sticky bit.
const ACCESS: u32 = 0o777;
/// All bits of a mode.
const ALL: u32 = 0o7777;
/// The mode of a private file, or of one whose final rights are not set yet.
pub(in crate::cli) const PRIVATE: u32 = 0o600;

/// Owner, group, mode and access list of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileRights {
    owner: u32,
    group: u32,
    mode: u32,
    list: Option<Vec<u8>>,
}

/// The rights, besides the mode, that could be set.
#[derive(Clone, Copy)]
struct KeptRights {
    owner: bool,
    group: bool,
    /// Whether the access list was set.
    list: bool,
}

impl FileRights {
    /// Returns the rights of the file at a path; links are followed.
    pub(super) fn of(path: &Path, about: &Metadata) -> Self {
        let (owner, group, mode) = (about.uid(), about.gid(), about.mode() & ALL);
        Self { owner, group, mode, list: access_list(path) }
    }

    /// Sets these rights on a file to which only its owner has access so far.
    ///
    /// # Errors
    /// Returns an error if the mode cannot be set.
    pub(super) fn apply_to(&self, disk: &Disk, file: &File) -> io::Result<()> {
        disk.announce(DiskCall::SetRights)?;
        let about = file.metadata()?;
        let (owner, group) = (Uid::from_raw(self.owner), Gid::from_raw(self.group));
        let kept = KeptRights {
            owner: about.uid() == self.owner || fchown(file, Some(owner), None).is_ok(),
            group: about.gid() == self.group || fchown(file, None, Some(group)).is_ok(),
            list: set_access_list(file, self.list.as_deref()),
        };
        let mode = self.mode_if(kept);
        if file.metadata()?.mode() & ALL != mode {
            fchmod(file, Mode::from_raw_mode(mode as RawMode))?;
        }
        Ok(())
    }

    /// Returns the mode that gives no user more access than this one, depending on whether owner,
    /// group and access list could be set.
    fn mode_if(&self, kept: KeptRights) -> u32 {
        let mut mode = self.mode;
        if !(kept.owner && kept.group) {
            mode &= ACCESS;
        }
        if !kept.group {
            // Members of the old group now count as others, and some of the others are members of
            // the new group.
            let least = (mode >> 3) & mode & 0o7;
            mode = (mode & !0o77) | (least << 3) | least;
        }
        if !kept.list {
            // With an access list, the group bits are the mask: the most that anyone on the list
            // may do.
            mode &= !0o70;
        }
        mode
    }
}

/// Refuses to replace a file that must not be written.
///
/// # Errors
/// Returns an error if no write bit is set, even for root, or if this user may not write the file.
pub(super) fn check_unprotected(path: &Path, about: &Metadata) -> io::Result<()> {
    let protected = |why: &str| {
        Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("it is write-protected ({why})"),
        ))
    };
    if about.mode() & WRITE == 0 {
        return protected(&format!("mode {:03o}", about.mode() & ACCESS));
    }
    match access(path, Access::WRITE_OK) {
        Ok(()) => Ok(()),
        Err(rustix::io::Errno::ACCESS) => protected("you may not write it"),
        Err(error) => Err(error.into()),
    }
}

/// The attribute with the access list, in the system's own format.
#[cfg(target_os = "linux")]
const ACCESS_LIST: &str = "system.posix_acl_access";

/// The most bytes of an attribute on Linux.
#[cfg(target_os = "linux")]
const MOST_BYTES: usize = 64 << 10;

#[cfg(target_os = "linux")]
fn access_list(path: &Path) -> Option<Vec<u8>> {
    let mut list = vec![0; MOST_BYTES];
    // Most files have no list, and some file systems do not support lists.
    let length = rustix::fs::getxattr(path, ACCESS_LIST, &mut list[..]).ok()?;
    list.truncate(length);
    Some(list)
}

/// Sets the access list, or removes a list that the new file inherited from its folder. Returns
/// whether this succeeded.
#[cfg(target_os = "linux")]
fn set_access_list(file: &File, list: Option<&[u8]>) -> bool {
    use rustix::fs::{XattrFlags, fremovexattr, fsetxattr};
    use rustix::io::Errno;
    match list {
        Some(list) => fsetxattr(file, ACCESS_LIST, list, XattrFlags::empty()).is_ok(),
        None => matches!(
            fremovexattr(file, ACCESS_LIST),
            Ok(()) | Err(Errno::NODATA | Errno::NOTSUP | Errno::NOSYS)
        ),
    }
}

#[cfg(not(target_os = "linux"))]
fn access_list(_path: &Path) -> Option<Vec<u8>> {
    None
}

#[cfg(not(target_os = "linux"))]
fn set_access_list(_file: &File, list: Option<&[u8]>) -> bool {
    list.is_none()
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File, Permissions};
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    use rustix::process::geteuid;
    use tempfile::TempDir;

    use super::{ALL, FileRights, KeptRights, check_unprotected};
    use crate::cli::files::disk::Disk;

    const ALL_KEPT: KeptRights = KeptRights { owner: true, group: true, list: true };
    const NEW_OWNER: KeptRights = KeptRights { owner: false, ..ALL_KEPT };
    const NEW_GROUP: KeptRights = KeptRights { group: false, ..ALL_KEPT };

    fn with_mode(mode: u32) -> FileRights {
        FileRights { owner: 1, group: 1, mode, list: None }
    }

    #[test]
    fn no_user_gains_access_if_the_group_or_the_list_cannot_be_set() {
        for mode in 0..=0o777 {
            let all = with_mode(mode);
            assert_eq!(all.mode_if(ALL_KEPT), mode);
            assert_eq!(all.mode_if(NEW_OWNER), mode);
            let narrow = all.mode_if(KeptRights { owner: false, ..NEW_GROUP });
            let (owner, group, others) = (mode >> 6, (mode >> 3) & 7, mode & 7);
            assert_eq!(narrow >> 6, owner, "the owner's bits stay");
            for bits in [(narrow >> 3) & 7, narrow & 7] {
                assert_eq!(bits, group & others, "{mode:o} became {narrow:o}");
            }
            assert_eq!(all.mode_if(KeptRights { list: false, ..ALL_KEPT }), mode & 0o707);
        }
    }

    #[test]
    fn a_set_user_id_bit_is_dropped_if_the_owner_changes() {
        assert_eq!(with_mode(0o6755).mode_if(ALL_KEPT), 0o6755);
        assert_eq!(with_mode(0o6755).mode_if(NEW_OWNER), 0o755);
        assert_eq!(with_mode(0o6755).mode_if(NEW_GROUP), 0o755);
    }

    #[test]
    fn a_file_receives_the_mode_and_the_owner_of_another() {
        let folder = TempDir::new().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        fs::write(&old, "").unwrap();
        if geteuid().is_root() {
            chown(&old, Some(12345), Some(23456)).unwrap();
        }
        for mode in [0o600, 0o640, 0o664, 0o4711] {
            fs::set_permissions(&old, Permissions::from_mode(mode)).unwrap();
            let about = fs::metadata(&old).unwrap();
            let file = File::create(&new).unwrap();
            FileRights::of(&old, &about).apply_to(&Disk::default(), &file).unwrap();
            let given = file.metadata().unwrap();
            assert_eq!((given.uid(), given.gid()), (about.uid(), about.gid()));
            assert_eq!(given.mode() & ALL, mode);
        }
    }

    #[test]
    fn a_file_without_write_bits_is_protected_from_root_too() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "").unwrap();
        let check = |mode| {
            fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            check_unprotected(&path, &fs::metadata(&path).unwrap())
        };
        assert!(check(0o600).is_ok());
        let refused = check(0o444).unwrap_err().to_string();
        assert_eq!(refused, "it is write-protected (mode 444)");
        if !geteuid().is_root() {
            let refused = check(0o060).unwrap_err().to_string();
            assert_eq!(refused, "it is write-protected (you may not write it)");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn an_access_list_is_transferred() {
        use super::{ACCESS_LIST, access_list};
        let folder = TempDir::new().unwrap();
        let (old, new) = (folder.path().join("old"), folder.path().join("new"));
        // Version 2: (tag, permissions, ID) of the owner, user 12345, the group, the mask, the
        // others.
        let mut list = 2_u32.to_le_bytes().to_vec();
        for (tag, permissions, id) in [
            (0x01_u16, 6_u16, u32::MAX),
            (0x02, 6, 12345),
            (0x04, 0, u32::MAX),
            (0x10, 6, u32::MAX),
            (0x20, 0, u32::MAX),
        ] {
            list.extend(tag.to_le_bytes());
            list.extend(permissions.to_le_bytes());
            list.extend(id.to_le_bytes());
        }
        let file = File::create(&old).unwrap();
        let flags = rustix::fs::XattrFlags::empty();
        if rustix::fs::fsetxattr(&file, ACCESS_LIST, &list, flags).is_err() {
            return; // This file system does not support access lists.
        }
        let about = fs::metadata(&old).unwrap();
        assert_eq!(about.mode() & ALL, 0o660);
        let file = File::create(&new).unwrap();
        FileRights::of(&old, &about).apply_to(&Disk::default(), &file).unwrap();
        assert_eq!(access_list(&new), Some(list));
        assert_eq!(file.metadata().unwrap().mode() & ALL, 0o660);
    }
}
