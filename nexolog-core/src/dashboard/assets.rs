use std::sync::LazyLock;

/// A file of the page.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) name: &'static str,
    pub(super) content_type: &'static str,
    pub(super) text: &'static str,
}

const fn script(name: &'static str, text: &'static str) -> Asset {
    Asset { name, content_type: "text/javascript; charset=utf-8", text }
}

/// The page itself; its marks are filled in by [`super::page`].
pub(super) const PAGE: &str = include_str!("../../dashboard/index.html");

/// What the page loads. Scripts come first: each is announced in the page's head, so that the browser
/// asks for all at once and not one import after the other.
pub(super) static ASSETS: [Asset; 34] = [
    script("main.js", include_str!("../../dashboard/main.js")),
    script("api.js", include_str!("../../dashboard/api.js")),
    script("audit.js", include_str!("../../dashboard/audit.js")),
    script("chips.js", include_str!("../../dashboard/chips.js")),
    script("columns.js", include_str!("../../dashboard/columns.js")),
    script("counts.js", include_str!("../../dashboard/counts.js")),
    script("dom.js", include_str!("../../dashboard/dom.js")),
    script("drawer.js", include_str!("../../dashboard/drawer.js")),
    script("explore.js", include_str!("../../dashboard/explore.js")),
    script("exports.js", include_str!("../../dashboard/exports.js")),
    script("facets.js", include_str!("../../dashboard/facets.js")),
    script("format.js", include_str!("../../dashboard/format.js")),
    script("highlight.js", include_str!("../../dashboard/highlight.js")),
    script("histogram.js", include_str!("../../dashboard/histogram.js")),
    script("json.js", include_str!("../../dashboard/json.js")),
    script("keys.js", include_str!("../../dashboard/keys.js")),
    script("live.js", include_str!("../../dashboard/live.js")),
    script("overview.js", include_str!("../../dashboard/overview.js")),
    script("popup.js", include_str!("../../dashboard/popup.js")),
    script("query.js", include_str!("../../dashboard/query.js")),
    script("record.js", include_str!("../../dashboard/record.js")),
    script("request.js", include_str!("../../dashboard/request.js")),
    script("rows.js", include_str!("../../dashboard/rows.js")),
    script("search.js", include_str!("../../dashboard/search.js")),
    script("session.js", include_str!("../../dashboard/session.js")),
    script("settings.js", include_str!("../../dashboard/settings.js")),
    script("state.js", include_str!("../../dashboard/state.js")),
    script("suggest.js", include_str!("../../dashboard/suggest.js")),
    script("theme.js", include_str!("../../dashboard/theme.js")),
    script("timepicker.js", include_str!("../../dashboard/timepicker.js")),
    script("times.js", include_str!("../../dashboard/times.js")),
    script("tree.js", include_str!("../../dashboard/tree.js")),
    Asset {
        name: "page.css",
        content_type: "text/css; charset=utf-8",
        text: include_str!("../../dashboard/page.css"),
    },
    Asset {
        name: "icon.svg",
        content_type: "image/svg+xml",
        text: include_str!("../../dashboard/icon.svg"),
    },
];

/// Names the content of all files together. It is a folder in their addresses, so a new version has
/// new addresses, while the scripts find each other by name in the same folder.
pub(super) static VERSION: LazyLock<String> = LazyLock::new(|| {
    let texts = ASSETS.iter().map(|asset| asset.text).chain([PAGE]);
    let hash = texts.flat_map(str::bytes).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        // FNV-1a: this guards against stale caches, not against people.
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
});
