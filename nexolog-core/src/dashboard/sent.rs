//! Files as they are sent: without what only whoever changes them reads, and compressed for browsers that ask for it.

use std::sync::LazyLock;

use bytes::Bytes;

use super::assets::ASSETS;

/// A file in the forms in which it is sent.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) plain: Bytes,
    /// As a zstd frame; `None` where that can't be made.
    pub(super) zstd: Option<Bytes>,
}

/// In the order of [`ASSETS`].
pub(super) static SENT: LazyLock<Vec<Sent>> =
    LazyLock::new(|| ASSETS.iter().map(|asset| sent(asset.text)).collect());

fn sent(text: &str) -> Sent {
    let plain = Bytes::from(bare(text));
    Sent { zstd: compressed(&plain), plain }
}

#[cfg(feature = "compression")]
fn compressed(text: &[u8]) -> Option<Bytes> {
    /// Made once a process, so it may take its time.
    const LEVEL: i32 = 15;
    zstd::bulk::compress(text, LEVEL).ok().map(Bytes::from)
}

#[cfg(not(feature = "compression"))]
fn compressed(_: &[u8]) -> Option<Bytes> {
    None
}

/// `text` without comments that have lines of their own, and without indentation. No file has text in which either
/// would mean something.
pub(super) fn bare(text: &str) -> String {
    let mut is_comment = false;
    let mut kept = String::with_capacity(text.len());
    for line in text.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        let ends = is_comment && line.ends_with("*/");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            kept.push_str(line);
            kept.push('\n');
        }
        is_comment &= !ends;
    }
    kept
}
