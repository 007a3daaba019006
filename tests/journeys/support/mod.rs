//! What the journeys share.

mod client;
mod example;
mod files;
mod logger;
mod order;
mod server;
mod shop;
mod stream;
mod wait;

pub(crate) use client::{ADMIN, Client, VIEWER};
pub(crate) use example::{Example, events, run_example};
pub(crate) use files::{lines_of, log_files, main_log, parsed};
pub(crate) use logger::{access, logger};
pub(crate) use order::order;
pub(crate) use server::serve;
pub(crate) use shop::{Shop, shop, shop_command};
pub(crate) use stream::Stream;
pub(crate) use wait::until;
