//! The payment service, a neighbour on a port of its own, and the shop's client of it.

mod client;
mod service;

pub(crate) use client::{PaymentClient, PaymentError};
pub(crate) use service::PaymentService;
