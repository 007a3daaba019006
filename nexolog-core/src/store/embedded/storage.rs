use std::path::Path;
use std::sync::Arc;

use crate::store::names::FamilyName;
use crate::store::{Order, Stop, Storage, StoreError};

use super::files;
use super::kept::Kept;
use super::left_out::LeftOut;
use super::lines::Lines;
use super::search::list;

/// See [`LogStore::storage`](crate::store::LogStore::storage).
pub(super) fn storage(
    root: &Path,
    main: &FamilyName,
    kept: &Arc<Kept>,
) -> Result<Storage, StoreError> {
    let mut storage = Storage { free: files::free_space(root), ..Storage::default() };
    for directory in list(root, main)? {
        match files::size(&directory.path) {
            Ok((files, bytes)) => {
                storage.files += files;
                storage.bytes += bytes;
            }
            Err(error) if directory.name.is_empty() => {
                return Err(StoreError::new("listing the files", error));
            }
            // The directory of another instance that has just gone.
            Err(_) => {}
        }
        let order = Order::OldestFirst;
        let mut lines = Lines::new(directory, main.clone(), order, Arc::clone(kept));
        let first = lines.next(&Stop::default(), false, &mut LeftOut::default());
        let first = first.map(|found| found.timestamp);
        storage.oldest = [storage.oldest, first].into_iter().flatten().min();
    }
    Ok(storage)
}
