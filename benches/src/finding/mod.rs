//! Questions to a month of logs: Nexolog through its API in process, beside its peers, who must give the same answers.

mod answer;
mod duckdb;
mod memory;
mod nexolog;
mod opening;
mod options;
mod peer;
mod question;
mod report;
mod ripgrep;
mod rounds;

pub use self::answer::Answer;
pub use self::duckdb::{DuckDb, Format};
pub use self::memory::memory;
pub use self::nexolog::Api;
pub use self::opening::{Opening, opening};
pub use self::options::Options;
pub use self::peer::{Asked, Peer};
pub use self::question::{ALL, Question};
pub use self::report::{print_growth, print_table};
pub use self::ripgrep::{Files, Ripgrep};
pub use self::rounds::{Measured, Results, ask_all};
